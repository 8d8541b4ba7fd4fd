import { ModelError } from './language-model.js';
import { failureOfTransport } from './model-failure.js';

/** What bounds one call to a provider. */
export interface CallBounds {
  /** The caller's own signal. */
  signal: AbortSignal;
  /** Longest silence while we wait for the next chunk (the first included), in milliseconds. */
  silenceMs: number;
}

/**
 * Reads one provider call so that it always ends: with its last chunk, by the caller's signal, or by silence.
 * The signal given to `open` is aborted however the reading ends, also when the reader simply stops: the client
 * libraries release their reader without closing the connection. The clock runs only while we wait, so a slow
 * reader is not a silent model.
 * @throws ModelError `aborted`, `timeout`, or what {@link failureOfTransport} makes of the client's error
 */
export async function* guardedStream<T>(
  bounds: CallBounds,
  open: (signal: AbortSignal) => AsyncIterable<T>,
): AsyncGenerator<T, void> {
  if (bounds.signal.aborted) throw new ModelError('aborted');
  const call = new AbortController();
  const ended = new Promise<never>((_, reject) => {
    call.signal.addEventListener('abort', () => reject(call.signal.reason as ModelError), { once: true });
  });
  ended.catch(() => undefined);
  const onAbort = () => call.abort(new ModelError('aborted'));
  bounds.signal.addEventListener('abort', onAbort, { once: true });
  const chunks = open(call.signal)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const silence = setTimeout(() => call.abort(new ModelError('timeout')), bounds.silenceMs);
      const pending = chunks.next();
      // Some clients end quietly, or not at all, when they are aborted: the race does not depend on them.
      const next = await Promise.race([pending, ended]).finally(() => clearTimeout(silence));
      call.signal.throwIfAborted();
      if (next.done) return;
      yield next.value;
    }
  } catch (error) {
    throw call.signal.aborted ? (call.signal.reason as ModelError) : failureOfTransport(error);
  } finally {
    bounds.signal.removeEventListener('abort', onAbort);
    call.abort(new ModelError('aborted'));
    Promise.resolve(chunks.return?.()).catch(() => undefined);
  }
}
