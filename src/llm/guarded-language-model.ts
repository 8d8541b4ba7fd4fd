import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleType,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import {
  LanguageModel,
  ModelError,
  ProviderSkipped,
  type GenerateEvent,
  type GenerateRequest,
} from './language-model.js';

/** One more than the tries of a reply (messages/replies/reply-policy.ts): failures of one message alone do not open it. */
const FAILURES_TO_OPEN = 6;
/** How long an open breaker refuses calls before it lets one trial call through. */
export const OPEN_MS = 10_000;
/** Wait of the other calls while the trial runs: about the time to a first word. */
const TRIAL_MS = 1000;
/** Longest rest, also if the provider asks for a longer one: its limit may be raised within the hour that a header names. */
const MAX_REST_MS = 120_000;
/** Smallest change of a rest that is published: parallel calls get nearly equal waits. */
const MIN_CHANGE_MS = 1000;

/** A rate-limited model, and for how long. */
export interface Rest {
  model: string;
  ms: number;
}

/** Callbacks for changes of a provider's state. */
export interface ProviderListener {
  /** A rest began by a 429 that this process got. */
  limited?(rest: Rest): void;
  /** The breaker opened. */
  opened?(openMs: number): void;
  closed?(): void;
}

/**
 * Skips a provider while a call cannot succeed: all its models after {@link FAILURES_TO_OPEN} failures in a row (a circuit
 * breaker, until a trial call succeeds), one model after a 429 that names a wait (a rest). A skipped call fails at once
 * with {@link ProviderSkipped}, so that the chain asks the next provider without another timeout.
 *
 * The breaker judges a call by its first event. A 429, a block and a rejection come from a healthy provider.
 */
export class GuardedLanguageModel extends LanguageModel {
  private readonly breaker: CircuitBreakerPolicy;
  private openUntil = 0;
  private readonly rests = new Map<string, { callableAtMs: number; endsMs: number }>();

  constructor(
    /** As LLM_PROVIDERS names it. */
    private readonly name: string,
    private readonly provider: LanguageModel,
    private readonly listener: ProviderListener = {},
  ) {
    super();
    this.breaker = circuitBreaker(
      handleType(ModelError, ({ kind }) => this.countsAgainstBreaker(kind)),
      { breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN), halfOpenAfter: OPEN_MS },
    );
    this.breaker.onBreak(() => {
      this.openUntil = Date.now() + OPEN_MS;
      listener.opened?.(OPEN_MS);
    });
    this.breaker.onReset(() => listener.closed?.());
  }

  /**
   * True while calls are skipped: the open time runs, or a trial call has not ended. The breaker itself stays open until the
   * next call, so a worker without calls would report an open circuit without end.
   */
  get isOpen(): boolean {
    const { state } = this.breaker;
    return state === CircuitState.HalfOpen || (state === CircuitState.Open && Date.now() < this.openUntil);
  }

  /** @throws ModelError {@link ProviderSkipped} during a rest or while the circuit is open */
  async *generate(request: GenerateRequest): AsyncGenerator<GenerateEvent, void> {
    this.assertCallable(request.model);
    request.onCall?.({ provider: this.name, model: request.model });
    const events = this.provider.generate(request)[Symbol.asyncIterator]();
    try {
      let next = await this.breaker.execute(() => events.next());
      while (!next.done) {
        yield next.value;
        next = await events.next();
      }
    } catch (error) {
      if (error instanceof ModelError && error.namesWait)
        this.startRest({ model: request.model, ms: error.retryAfterMs! });
      throw error;
    } finally {
      await events.return?.();
    }
  }

  /** Starts or extends the rest of a model, also for a 429 that another process got. */
  rest({ model, ms }: Rest): void {
    const now = Date.now();
    const { callableAtMs = 0, endsMs = 0 } = this.rests.get(model) ?? {};
    this.rests.set(model, {
      callableAtMs: Math.max(callableAtMs, now + Math.min(ms, MAX_REST_MS)),
      endsMs: Math.max(endsMs, now + ms),
    });
  }

  private startRest(rest: Rest): void {
    const known = this.rests.get(rest.model)?.callableAtMs ?? 0;
    this.rest(rest);
    if (this.rests.get(rest.model)!.callableAtMs - known >= MIN_CHANGE_MS) this.listener.limited?.(rest);
  }

  /** Reports the provider's own wait, not the capped one: a reply with an earlier deadline fails at once. */
  private assertCallable(model: string): void {
    const now = Date.now();
    const { callableAtMs = 0, endsMs = 0 } = this.rests.get(model) ?? {};
    if (callableAtMs > now) throw new ProviderSkipped('rate_limited', endsMs - now);
    // The next 429 sets the rest again.
    this.rests.delete(model);
    const openMs = this.openUntil - now;
    if (this.breaker.state === CircuitState.Open && openMs > 0)
      throw new ProviderSkipped('unavailable', openMs);
    if (this.breaker.state === CircuitState.HalfOpen) throw new ProviderSkipped('unavailable', TRIAL_MS);
  }

  /** An abort says nothing about the provider, but an aborted trial call leaves its health unknown: the circuit stays open. */
  private countsAgainstBreaker(kind: ModelError['kind']): boolean {
    return (
      kind === 'unavailable' ||
      kind === 'timeout' ||
      (kind === 'aborted' && this.breaker.state === CircuitState.HalfOpen)
    );
  }
}
