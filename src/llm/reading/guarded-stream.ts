import { ModelError } from '../language-model.js';
import { failureOfTransport } from './model-failure.js';

/** How long a model may be silent. */
export interface SilenceLimits {
  /** Longest silence while we wait for the next chunk (the first included), in milliseconds. */
  silenceMs: number;
  /** Longest wait for the next chunk while the server shows that it lives (comments of the event stream). */
  queueMs: number;
}

/** What bounds one call to a provider. */
export interface CallBounds extends SilenceLimits {
  /** The caller's own signal. */
  signal: AbortSignal;
}

/**
 * Reads one provider call so that it always ends: with its last chunk, by the caller's signal, or by silence.
 * The signal given to `open` is aborted however the reading ends, also when the reader simply stops: the client
 * libraries release their reader without closing the connection. The clock runs only while we wait, so a slow
 * reader is not a silent model.
 * @param open is given the signal, and what to call when the server shows that it lives
 * @throws ModelError `aborted`, `timeout`, or what {@link failureOfTransport} makes of the client's error
 */
export async function* guardedStream<T>(
  { signal, silenceMs, queueMs }: CallBounds,
  open: (signal: AbortSignal, onAlive: () => void) => AsyncIterable<T>,
): AsyncGenerator<T, void> {
  if (signal.aborted) throw new ModelError('aborted');
  const call = new AbortController();
  const ended = new Promise<never>((_, reject) => {
    call.signal.addEventListener('abort', () => reject(call.signal.reason as ModelError), { once: true });
  });
  ended.catch(() => undefined);
  const onAbort = () => call.abort(new ModelError('aborted'));
  signal.addEventListener('abort', onAbort, { once: true });
  const silence = new Silence(silenceMs, queueMs, () => call.abort(new ModelError('timeout')));
  const chunks = open(call.signal, () => silence.alive())[Symbol.asyncIterator]();
  try {
    for (;;) {
      silence.begin();
      const pending = chunks.next();
      // Some clients end quietly, or not at all, when they are aborted: the race does not depend on them.
      const next = await Promise.race([pending, ended]).finally(() => silence.end());
      call.signal.throwIfAborted();
      if (next.done) return;
      yield next.value;
    }
  } catch (error) {
    throw call.signal.aborted ? (call.signal.reason as ModelError) : failureOfTransport(error);
  } finally {
    signal.removeEventListener('abort', onAbort);
    call.abort(new ModelError('aborted'));
    Promise.resolve(chunks.return?.()).catch(() => undefined);
  }
}

/** The clock of one wait after the other. A sign of life begins the silence anew, but not the wait. */
class Silence {
  private timer: NodeJS.Timeout | null = null;
  private beganMs = 0;

  constructor(
    private readonly silenceMs: number,
    private readonly queueMs: number,
    private readonly onTooLong: () => void,
  ) {}

  begin(): void {
    this.beganMs = Date.now();
    this.wait(this.silenceMs);
  }

  alive(): void {
    if (this.timer === null) return;
    this.end();
    this.wait(Math.min(this.silenceMs, this.beganMs + this.queueMs - Date.now()));
  }

  end(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private wait(ms: number): void {
    this.timer = setTimeout(this.onTooLong, Math.max(0, ms));
  }
}
