import type { SearchResultDto, SearchResultPage } from '@chat-backend/client';
import { Store } from '../../../ui/lib/store.js';

export interface SearchView {
  /** What is searched for, without the spaces around it; empty: nothing. */
  query: string;
  results: readonly SearchResultDto[];
  cursor: string | null;
  isSearching: boolean;
  error: unknown;
}

/** Reads one page. It ends early when the signal aborts. */
export type ReadPage = (
  query: string,
  cursor: string | null,
  signal: AbortSignal,
) => Promise<Pick<SearchResultPage, 'data' | 'next_cursor'>>;

/** The API takes 60 searches a minute: a person who types four letters a second searches at their pauses. */
const TYPING_MS = 300;
/** Code points that the API takes. */
const LONGEST_QUERY = 200;

const NOTHING: SearchView = { query: '', results: [], cursor: null, isSearching: false, error: null };

/** Searches for what is typed, at each pause. A later search aborts an earlier one. */
export class Search {
  readonly view = new Store<SearchView>(NOTHING);
  private running = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly readPage: ReadPage) {}

  /** Searches once nothing has been typed for a moment. */
  type(text: string): void {
    const query = [...text.trim()].slice(0, LONGEST_QUERY).join('');
    if (query === this.view.get().query) return;
    this.close();
    if (query === '') return this.view.set(NOTHING);
    // The results of the query before stay until those of this one are there.
    this.view.update((view) => ({ ...view, query, isSearching: true, error: null }));
    this.timer = setTimeout(() => this.now(), TYPING_MS);
  }

  /** Searches at once, also for the same words again. */
  now(): void {
    if (this.view.get().query !== '') void this.read(null);
  }

  /** Reads the next page. */
  more(): void {
    const { cursor, isSearching } = this.view.get();
    if (cursor !== null && !isSearching) void this.read(cursor);
  }

  close(): void {
    clearTimeout(this.timer);
    this.running.abort();
  }

  /** @param from cursor of the page; null: the first one */
  private async read(from: string | null): Promise<void> {
    this.close();
    this.running = new AbortController();
    const { signal } = this.running;
    const { query } = this.view.get();
    this.view.update((view) => ({ ...view, isSearching: true, error: null }));
    try {
      const before = from === null ? [] : this.view.get().results;
      let page = await this.readPage(query, from, signal);
      // A page reads a bounded amount of text: it may be empty before the last one.
      while (page.data.length === 0 && page.next_cursor !== null && !signal.aborted)
        page = await this.readPage(query, page.next_cursor, signal);
      if (signal.aborted) return;
      const results = [...before, ...page.data];
      this.view.set({ query, results, cursor: page.next_cursor, isSearching: false, error: null });
    } catch (error) {
      if (!signal.aborted) this.view.update((view) => ({ ...view, isSearching: false, error }));
    }
  }
}
