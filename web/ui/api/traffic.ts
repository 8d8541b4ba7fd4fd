import { createParser } from 'eventsource-parser';
import { Store } from '../lib/store.js';
import { dailyResetSeconds } from './server-clock.js';

export interface RequestLine {
  kind: 'request';
  nth: number;
  method: string;
  path: string;
  /** HTTP status; null: pending; 0: no response. */
  status: number | null;
}

export interface EventLine {
  kind: 'event';
  nth: number;
  name: string;
  id: string | undefined;
  data: string;
}

export type TrafficLine = RequestLine | EventLine;

/** Number of lines kept for the drawer. */
const KEPT = 300;
const lines = new Store<readonly TrafficLine[]>([]);
/** The active sandboxes, from the `Sandbox` header of each response. */
const sandboxes = new Store<readonly string[]>([]);
const isConnected = new Store(true);
let count = 0;
let dailyReset: number | null = null;

/** Seconds until the daily quota resets, from the last response with a `RateLimit` header. */
export const lastDailyReset = (): number | null => dailyReset;

export const traffic = { lines, sandboxes, isConnected, clear: () => lines.set([]) };

function add(line: Omit<RequestLine, 'nth'> | Omit<EventLine, 'nth'>): number {
  const nth = (count += 1);
  lines.update((all) => [...all.slice(1 - KEPT), { ...line, nth }]);
  return nth;
}

const settle = (nth: number, status: number): void =>
  lines.update((all) => all.map((line) => (line.nth === nth ? { ...line, status } : line)));

/** A `fetch` that records requests and stream events, for the connection banner and the drawer of the sandbox. */
export const watchedFetch: typeof fetch = async (input, init) => {
  const path = typeof input === 'string' ? input : input instanceof URL ? input.href : input.url;
  const isShown = !path.startsWith('/sandbox');
  const nth = isShown ? add({ kind: 'request', method: init?.method ?? 'GET', path, status: null }) : 0;
  try {
    const response = await fetch(input, init);
    isConnected.set(true);
    settle(nth, response.status);
    learnSandboxes(response.headers.get('sandbox'));
    dailyReset = dailyResetSeconds(response.headers.get('ratelimit')) ?? dailyReset;
    return isEventStream(response) ? watched(response) : response;
  } catch (error) {
    settle(nth, 0);
    if (!init?.signal?.aborted) isConnected.set(false);
    throw error;
  }
};

function learnSandboxes(header: string | null): void {
  const names = header?.split(',').map((name) => name.trim()) ?? [];
  if (names.join() !== sandboxes.get().join()) sandboxes.set(names);
}

const isEventStream = ({ body, headers }: Response): boolean =>
  body !== null && (headers.get('content-type') ?? '').startsWith('text/event-stream');

/** The same response, whose events are recorded as they pass. */
function watched(response: Response): Response {
  const decoder = new TextDecoder();
  const parser = createParser({
    onEvent: ({ event, id, data }) => add({ kind: 'event', name: event ?? 'message', id, data }),
  });
  const tap = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk);
      parser.feed(decoder.decode(chunk, { stream: true }));
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body!.pipeThrough(tap), { status, statusText, headers });
}
