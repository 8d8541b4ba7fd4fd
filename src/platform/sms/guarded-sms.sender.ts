import { circuitBreaker, ConsecutiveBreaker, handleType, type CircuitBreakerPolicy } from 'cockatiel';
import type { EntityManager } from 'typeorm';
import { SmsFailure, SmsSender, type Sms } from './sms-sender.js';

/**
 * Two messages with their three tries: the failures of one message do not open the breaker, those of a provider that is
 * down do at once.
 */
const FAILURES_TO_OPEN = 5;
/** How long no message is sent, and every sending route is 503, before one message is tried again. */
const OPEN_MS = 10_000;

/** Listener for the breaker: the provider is down, or available again. */
export interface BreakerListener {
  opened(openMs: number): void;
  closed(): void;
}

/** A circuit breaker around the provider. A refused number does not count against the provider. */
export class GuardedSmsSender extends SmsSender {
  private readonly breaker: CircuitBreakerPolicy;

  constructor(
    private readonly sender: SmsSender,
    listener: BreakerListener,
    openMs = OPEN_MS,
  ) {
    super();
    this.breaker = circuitBreaker(
      handleType(SmsFailure, (failure) => !failure.permanent),
      { breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN), halfOpenAfter: openMs },
    );
    this.breaker.onBreak(() => listener.opened(openMs));
    this.breaker.onReset(() => listener.closed());
  }

  override async send(sms: Sms): Promise<void> {
    await this.breaker.execute(() => this.sender.send(sms));
  }

  override forget(mobileNumber: string, manager: EntityManager): Promise<void> {
    return this.sender.forget(mobileNumber, manager);
  }
}
