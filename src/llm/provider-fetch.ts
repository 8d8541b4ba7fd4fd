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
const patientDispatcher: Dispatcher = {
  dispatch(options, handler) {
    const shared = (globalThis as unknown as Record<symbol, Dispatcher | undefined>)[GLOBAL_DISPATCHER];
    if (!shared) throw new Error('the dispatcher of fetch was not found');
    return shared.dispatch({ ...options, headersTimeout: 0, bodyTimeout: 0 }, handler);
  },
};

/**
 * The fetch that providers call through. No redirects: fetch would carry the key's header to wherever an answer
 * points. No time limit of its own: see guarded-stream.ts.
 */
export function providerFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const known = GLOBAL_DISPATCHER in globalThis;
  const options = { ...init, redirect: 'error', ...(known && { dispatcher: patientDispatcher }) };
  return fetch(input, options as RequestInit);
}
