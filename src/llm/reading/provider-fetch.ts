import { traceparent } from '../../platform/tracing/tracing.js';

/** The used part of undici's dispatcher; Node does not export its type. */
interface Dispatcher {
  dispatch(options: object, handler: unknown): unknown;
}

/**
 * Where Node's own fetch keeps its connections (undici, lib/global.js). Can go when Node exports its dispatcher
 * (https://github.com/nodejs/node/issues/43187).
 */
const GLOBAL_DISPATCHER = Symbol.for('undici.globalDispatcher.1');

/**
 * Removes the two limits of Node's fetch, 300 s to the headers and 300 s of silence in the body, which would override
 * LLM_TIMEOUT_SECONDS. Connections are still shared.
 */
function withoutTimeLimits(shared: Dispatcher): Dispatcher {
  return {
    dispatch: (options, handler) =>
      shared.dispatch({ ...options, headersTimeout: 0, bodyTimeout: 0 }, handler),
  };
}

/** Undefined when another fetch has replaced Node's. */
function sharedDispatcher(): Dispatcher | undefined {
  // Node loads undici at the first use of one of its classes.
  void new Headers();
  return (globalThis as unknown as Record<symbol, Dispatcher | undefined>)[GLOBAL_DISPATCHER];
}

/**
 * The fetch of all providers. Refuses redirects, because fetch would send the key's header to the redirect's target. Has
 * no time limit: guarded-stream.ts has it.
 */
export function providerFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const shared = sharedDispatcher();
  const dispatcher = shared && { dispatcher: withoutTimeLimits(shared) };
  return fetch(input, { ...init, ...traced(input, init), redirect: 'error', ...dispatcher } as RequestInit);
}

/** The headers with the span of the call, so that a model server of one's own continues the trace. */
function traced(input: string | URL | Request, init?: RequestInit): Pick<RequestInit, 'headers'> {
  const text = traceparent();
  if (text === null) return {};
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : {}));
  headers.set('traceparent', text);
  return { headers };
}
