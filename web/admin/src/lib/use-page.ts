import { ChatError } from '@chat-backend/client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { listPath, read, type Page } from '../api/admin.js';

export interface List<T> {
  /** Null: the first page has not arrived. */
  rows: T[] | null;
  /** The first page as it arrived: some lists have counts beside their rows. */
  firstPage: Page<T> | null;
  hasMore: boolean;
  isLoading: boolean;
  error: unknown;
  more: () => void;
  reload: () => void;
  replace: (isIt: (row: T) => boolean, row: T) => void;
}

/** A list of the admin API, page after page. */
export function useList<T>(path: string, filters: Record<string, string>): List<T> {
  const key = listPath(path, filters);
  const [rows, setRows] = useState<T[] | null>(null);
  const [firstPage, setFirstPage] = useState<Page<T> | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [isLoading, setLoading] = useState(true);
  const [error, setError] = useState<unknown>(null);
  const latest = useRef(key);
  latest.current = key;

  const load = useCallback(
    async (from: string | null) => {
      setLoading(true);
      setError(null);
      try {
        const page = await read<Page<T>>(from === null ? key : withCursor(key, from));
        if (latest.current !== key) return;
        setRows((before) => (from === null ? page.data : [...(before ?? []), ...page.data]));
        setCursor(page.next_cursor);
        if (from === null) setFirstPage(page);
      } catch (reason) {
        if (latest.current !== key) return;
        // The role has not ended (`ask`): the list belongs to a part that is off, such as payments with BILLING=off.
        if (reason instanceof ChatError && reason.status === 404) setRows([]);
        else setError(reason);
      } finally {
        if (latest.current === key) setLoading(false);
      }
    },
    [key],
  );
  useEffect(() => {
    setRows(null);
    setFirstPage(null);
    setCursor(null);
    void load(null);
  }, [load]);

  return {
    rows,
    firstPage,
    hasMore: cursor !== null,
    isLoading,
    error,
    more: () => void load(cursor),
    reload: () => void load(null),
    replace: (isIt, row) => setRows((before) => before?.map((one) => (isIt(one) ? row : one)) ?? null),
  };
}

const withCursor = (path: string, cursor: string): string =>
  `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;

/** One object of the admin API. */
export function useOne<T>(path: string): {
  value: T | null;
  error: unknown;
  reload: () => void;
  set: (value: T) => void;
} {
  const [value, setValue] = useState<T | null>(null);
  const [error, setError] = useState<unknown>(null);
  const load = useCallback(() => {
    setError(null);
    read<T>(path).then(setValue, setError);
  }, [path]);
  useEffect(() => {
    setValue(null);
    load();
  }, [load]);
  return { value, error, reload: load, set: setValue };
}

/** A list that arrives whole. */
export const wholeList = <T>(rows: T[] | null, reload: () => void = () => undefined): List<T> => ({
  rows,
  firstPage: null,
  hasMore: false,
  isLoading: rows === null,
  error: null,
  more: reload,
  reload,
  replace: () => undefined,
});
