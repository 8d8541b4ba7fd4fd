import { ModelError } from '../language-model.js';
import { failureOfTransport } from './model-failure.js';

/** How long a provider may be silent. */
export interface SilenceLimits {
  /** Longest wait for the next chunk (also the first) without any sign of life, in milliseconds. */
  silenceMs: number;
  /** Longest wait for the next chunk while signs of life arrive (comments of the event stream), in milliseconds. */
  queueMs: number;
}

/** The limits of one call. */
export interface CallBounds extends SilenceLimits {
  /** The caller's own signal. */
  signal: AbortSignal;
}

/**
 * Reads one call so that it always ends: with the last chunk, by the caller's signal, or by silence. The signal given to
 * `open` is aborted when reading ends for any reason, because the client libraries stop reading without closing the
 * connection. The timer runs only while waiting for a chunk, so a slow consumer is not taken for a silent provider.
 * @param open gets the signal, and a callback for signs of life
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
  const silence = new SilenceTimer(silenceMs, queueMs, () => call.abort(new ModelError('timeout')));
  const chunks = open(call.signal, () => silence.extend())[Symbol.asyncIterator]();
  try {
    for (;;) {
      silence.begin();
      const pending = chunks.next();
      // Some client libraries end without an error, or not at all, when aborted: hence the race.
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

/** The timer of one wait after the other. A sign of life restarts the silence limit, but not the queue limit. */
class SilenceTimer {
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

  extend(): void {
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
