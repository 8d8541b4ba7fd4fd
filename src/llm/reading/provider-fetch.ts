/** The part of undici's dispatcher that is used here; Node does not export its type. */
interface Dispatcher {
  dispatch(options: object, handler: unknown): unknown;
}

/** Where Node's own fetch keeps its connections (undici, lib/global.js). */
const GLOBAL_DISPATCHER = Symbol.for('undici.globalDispatcher.1');

/**
 * Node's fetch gives up after 300 s without headers and after 300 s of a silent body, whatever
 * LLM_TIMEOUT_SECONDS says. The connections stay the shared ones; only these two limits go.
 */
function withoutTimeLimits(shared: Dispatcher): Dispatcher {
  return {
    dispatch: (options, handler) =>
      shared.dispatch({ ...options, headersTimeout: 0, bodyTimeout: 0 }, handler),
  };
}

/** Undefined where another fetch was put in place of Node's: it has limits of its own, if any. */
function sharedDispatcher(): Dispatcher | undefined {
  // Node loads undici at the first use of one of its classes.
  void new Headers();
  return (globalThis as unknown as Record<symbol, Dispatcher | undefined>)[GLOBAL_DISPATCHER];
}

/**
 * The fetch that providers call through. No redirects: fetch would carry the key's header to wherever an answer
 * points. No time limit of its own: see guarded-stream.ts.
 */
export function providerFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const shared = sharedDispatcher();
  const dispatcher = shared && { dispatcher: withoutTimeLimits(shared) };
  return fetch(input, { ...init, redirect: 'error', ...dispatcher } as RequestInit);
}
