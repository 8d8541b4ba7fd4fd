import { NetworkError, SignedOutError, type UserEvent } from '@chat-backend/client';
import { joinedNews, newsOf, noNews, type News } from './news.js';

/** The part of the client that is used. */
export interface EventSource {
  events(signal?: AbortSignal): AsyncGenerator<UserEvent, void, undefined>;
}

/** Events of one change arrive within milliseconds, beside the response to its request: one read serves them all. */
const COLLECT_MS = 150;
const FIRST_PAUSE_MS = 1000;
/** A server that refuses the stream is asked once a minute, and the page reads again as often. */
const LONGEST_PAUSE_MS = 60_000;

/** Doubles with each failure. A random half keeps the tabs of many people from returning at once. */
export const pauseMs = (failures: number, random = Math.random()): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS) * (0.5 + random / 2);

/**
 * Follows what changes in the account, and names to the parts of the page what to read again. The client opens the stream again
 * after a cut; the server then begins it with `sync`. Where the stream is refused, each attempt counts as a `sync`.
 */
export class LiveEvents {
  private readonly listeners = new Set<(news: News) => void>();
  private collected = noNews;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly source: EventSource,
    private readonly untilConnected: (signal: AbortSignal) => Promise<void>,
    private readonly pause: (ms: number, signal: AbortSignal) => Promise<void> = pauseFor,
  ) {}

  /** @returns a function that ends the subscription */
  readonly subscribe = (listener: (news: News) => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Adds a change that this page has made itself: the events of the change are collected with it. */
  add(news: Partial<News>): void {
    this.collected = joinedNews(this.collected, { ...noNews, ...news });
    this.timer ??= setTimeout(() => this.flush(), COLLECT_MS);
  }

  /** Follows the events until the signal aborts or the session ends. */
  async follow(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      try {
        for await (const event of this.source.events(signal)) {
          failures = 0;
          this.add(newsOf(event));
        }
      } catch (error) {
        if (signal.aborted || error instanceof SignedOutError) return;
        if (error instanceof NetworkError) {
          await this.untilConnected(signal).catch(() => undefined);
          continue;
        }
        this.add(newsOf({ type: 'sync' }));
      }
      failures += 1;
      await this.pause(pauseMs(failures), signal);
    }
  }

  private flush(): void {
    const news = this.collected;
    this.collected = noNews;
    this.timer = undefined;
    for (const listener of this.listeners) listener(news);
  }
}

/** Ends early when the signal aborts. */
const pauseFor = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
