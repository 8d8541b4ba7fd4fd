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

/** More than the tries of one reply (messages/replies/reply-policy.ts): one message's bad luck does not open the breaker. */
const FAILURES_TO_OPEN = 6;
/** How long a provider that is out of order is not asked, before one call is tried. */
export const OPEN_MS = 10_000;
/** While that call is on its way the others look again after this: about as long as a first word takes. */
const TRIAL_MS = 1000;
/** A provider may ask for more, but an hour's header must not keep it silent for an hour once its limit was raised. */
const LONGEST_REST_MS = 120_000;
/** Answers to calls that were on their way together move a rest by less: that is no news for other processes. */
const NEWS_MS = 1000;

/** A model of a provider's is over its limit for this long. */
export interface Rest {
  model: string;
  ms: number;
}

/** Who is told that a provider is left alone, or is asked again. */
export interface ProviderListener {
  /** One of its models is over its limit, and this process is the first to learn of it. */
  limited?(rest: Rest): void;
  /** It is out of order. */
  opened?(openMs: number): void;
  closed?(): void;
}

/**
 * A provider that is left alone while asking is of no use: all of it after failures in a row (a breaker, until a trial
 * call goes well), one of its models after a 429 that says how long (a rest). Then it fails at once with {@link ProviderSkipped},
 * so that the chain goes on to the next provider, and nobody waits for another timeout.
 *
 * The breaker judges a call by its first event. A 429, a block and a rejection are answers of a provider that is well.
 */
export class GuardedLanguageModel extends LanguageModel {
  private readonly breaker: CircuitBreakerPolicy;
  private openUntil = 0;
  private readonly rests = new Map<string, { askAgainMs: number; endsMs: number }>();

  constructor(
    private readonly provider: LanguageModel,
    private readonly listener: ProviderListener = {},
  ) {
    super();
    this.breaker = circuitBreaker(
      handleType(ModelError, ({ kind }) => this.isOutOfOrder(kind)),
      { breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN), halfOpenAfter: OPEN_MS },
    );
    this.breaker.onBreak(() => {
      this.openUntil = Date.now() + OPEN_MS;
      listener.opened?.(OPEN_MS);
    });
    this.breaker.onReset(() => listener.closed?.());
  }

  /** @throws ModelError {@link ProviderSkipped} where the provider is left alone */
  async *generate(request: GenerateRequest): AsyncGenerator<GenerateEvent, void> {
    this.refuseWhileLeftAlone(request.model);
    const events = this.provider.generate(request)[Symbol.asyncIterator]();
    try {
      let next = await this.breaker.execute(() => events.next());
      while (!next.done) {
        yield next.value;
        next = await events.next();
      }
    } catch (error) {
      if (error instanceof ModelError && error.namesItsWait)
        this.learn({ model: request.model, ms: error.retryAfterMs! });
      throw error;
    } finally {
      await events.return?.();
    }
  }

  /** Another process was told to wait. */
  rest({ model, ms }: Rest): void {
    const now = Date.now();
    const { askAgainMs = 0, endsMs = 0 } = this.rests.get(model) ?? {};
    this.rests.set(model, {
      askAgainMs: Math.max(askAgainMs, now + Math.min(ms, LONGEST_REST_MS)),
      endsMs: Math.max(endsMs, now + ms),
    });
  }

  private learn(rest: Rest): void {
    const known = this.rests.get(rest.model)?.askAgainMs ?? 0;
    this.rest(rest);
    if (this.rests.get(rest.model)!.askAgainMs - known >= NEWS_MS) this.listener.limited?.(rest);
  }

  /** What is told is the wait that the provider named: a reply whose deadline comes first need not wait for it. */
  private refuseWhileLeftAlone(model: string): void {
    const now = Date.now();
    const { askAgainMs = 0, endsMs = 0 } = this.rests.get(model) ?? {};
    if (askAgainMs > now) throw new ProviderSkipped('rate_limited', endsMs - now);
    // The one that asks now learns how long it really takes.
    this.rests.delete(model);
    const openMs = this.openUntil - now;
    if (this.breaker.state === CircuitState.Open && openMs > 0)
      throw new ProviderSkipped('unavailable', openMs);
    if (this.breaker.state === CircuitState.HalfOpen) throw new ProviderSkipped('unavailable', TRIAL_MS);
  }

  /** An abort says nothing of the provider; of a trial that means that it is still not known to be well. */
  private isOutOfOrder(kind: ModelError['kind']): boolean {
    return (
      kind === 'unavailable' ||
      kind === 'timeout' ||
      (kind === 'aborted' && this.breaker.state === CircuitState.HalfOpen)
    );
  }
}
