import { useEffect, useMemo, useState } from 'react';
import { chat } from '../../../ui/api/chat.js';
import { useStore } from '../../../ui/lib/store.js';
import { Search } from './search.js';

/** The search of the sidebar. It is forgotten when the person signs out. */
export function useSearch() {
  const [text, setText] = useState('');
  const search = useMemo(
    () => new Search((query, cursor, signal) => chat.search(query, {}, cursor, signal)),
    [],
  );
  const view = useStore(search.view);
  useEffect(() => () => search.close(), [search]);
  const type = (next: string) => {
    setText(next);
    search.type(next);
  };
  return { search, view, text, type };
}
