import { useEffect, useRef } from 'react';
import { chat, isEnding } from '../../../ui/api/chat.js';
import { untilConnected } from '../../../ui/api/connection.js';
import { LiveEvents } from './live-events.js';
import type { News } from './news.js';

/** The events of the signed-in person, one subscription for the page. */
export const live = new LiveEvents(chat, untilConnected);

/**
 * Follows the events while the page is visible and its session is not being ended. A browser opens six connections to one
 * server over HTTP/1.1, all tabs together, so that a hidden tab gives its own up; the `sync` of the next one makes up for it.
 */
export function useLiveEvents(): void {
  useEffect(() => {
    let following: AbortController | null = null;
    const update = () => {
      const isWanted = document.visibilityState === 'visible' && !isEnding.get();
      if (isWanted === (following !== null)) return;
      following?.abort();
      following = isWanted ? new AbortController() : null;
      if (following) void live.follow(following.signal);
    };
    update();
    document.addEventListener('visibilitychange', update);
    const forget = isEnding.subscribe(update);
    return () => {
      document.removeEventListener('visibilitychange', update);
      forget();
      following?.abort();
    };
  }, []);
}

/** Calls the listener with each news while the component is mounted. */
export function useNews(listener: (news: News) => void): void {
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => live.subscribe((news) => latest.current(news)), []);
}
