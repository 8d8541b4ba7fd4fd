import type { SearchResultDto } from '@chat-backend/client';
import type { KeyboardEvent } from 'react';
import { timeText } from '../../../ui/lib/format.js';
import { hrefOf } from '../lib/route.js';
import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import type { Search, SearchView } from './search.js';
import { segmentsOf } from './segments.js';
import css from './search.module.css';

interface Props {
  search: Search;
  view: SearchView;
  onOpen: () => void;
}

/** The results of a search, newest first. Arrow keys move between them. */
export function SearchResults({ search, view, onOpen }: Props) {
  const { results, cursor, isSearching, error, query } = view;
  const words = texts.search;
  const said = isSearching
    ? words.searching
    : error !== null
      ? ''
      : results.length === 0
        ? words.nothing(query)
        : words.found(results.length, cursor !== null);
  return (
    <div className={css['results']} data-results="" onKeyDown={moveBetweenLinks}>
      <p className={css['said']} role="status">
        {said}
      </p>
      <ProblemNotice error={error}>
        <Button size="small" onClick={() => search.now()}>
          {texts.common.tryAgain}
        </Button>
      </ProblemNotice>
      <ul aria-label={words.results}>
        {results.map((result) => (
          <li key={`${result.room.id} ${result.message?.id ?? ''}`}>
            <Result result={result} onOpen={onOpen} />
          </li>
        ))}
      </ul>
      {cursor !== null && (
        <Button look="quiet" size="small" disabled={isSearching} onClick={() => search.more()}>
          {texts.common.more}
        </Button>
      )}
    </div>
  );
}

function Result({ result: { room, message }, onOpen }: { result: SearchResultDto; onOpen: () => void }) {
  const { chat, search } = texts;
  return (
    <a
      href={message ? hrefOf.message(room.id, message.id) : hrefOf.room(room.id)}
      className={css['result']}
      onClick={onOpen}
    >
      <span className={css['room']}>{room.name}</span>
      <span className={css['facts']}>
        {message
          ? `${message.role === 'user' ? chat.you : chat.answer} · ${timeText(message.created_at)}`
          : search.room}
      </span>
      {message && (
        <span className={css['snippet']}>
          {segmentsOf(message.snippet, message.matches).map(({ text, isMatch }, at) =>
            isMatch ? <mark key={at}>{text}</mark> : text,
          )}
        </span>
      )}
    </a>
  );
}

/** Moves the focus with the arrow keys; from the first result back to the field. */
function moveBetweenLinks(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('a')];
  const at = links.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  event.preventDefault();
  if (at + step < 0) document.querySelector<HTMLElement>('input[type=search]')?.focus();
  else links[at + step]?.focus();
}
