import { SANDBOX_API_VERSION } from '../sandbox-keys.js';
import type { EventObjects, EventType } from '../state/kept.js';
import { newStripeId } from '../state/stripe-id.js';
import type { StripeState } from '../state/stripe-state.js';
import { queueDelivery } from '../webhooks/queue.js';

/** The request that caused a change; null without an API request. */
export interface Cause {
  id: string | null;
  idempotency_key: string | null;
}

/** Dependencies of a {@link StripeAccount}. */
export interface StripeAccountOptions {
  state: StripeState;
  /** When it happens, in milliseconds. */
  nowMs: number;
  cause?: Cause;
  /** Address of the pages; asked when an object needs it. */
  pagesUrl: () => string;
}

/** One change of the sandbox's state: the document, its time, and the events that it emits. */
export class StripeAccount {
  readonly state: StripeState;
  private readonly askPagesUrl: () => string;
  private readonly cause: Cause;
  private readonly realNowMs: number;
  private atMs: number;

  constructor({ state, nowMs, cause = { id: null, idempotency_key: null }, pagesUrl }: StripeAccountOptions) {
    this.state = state;
    this.realNowMs = nowMs;
    this.atMs = nowMs;
    this.cause = cause;
    this.askPagesUrl = pagesUrl;
  }

  /** Stripe's time: whole seconds. */
  get now(): number {
    return Math.floor(this.atMs / 1000);
  }

  get pagesUrl(): string {
    return this.askPagesUrl();
  }

  /** An overdue action has the time at which it was due. */
  at(seconds: number): void {
    this.atMs = seconds * 1000;
  }

  /** Tells the world what happened, with a picture of the object as it is now. */
  emit<K extends EventType>(type: K, object: EventObjects[K], previous?: Record<string, unknown>): void {
    const id = newStripeId('evt');
    this.state.events[id] = {
      id,
      object: 'event',
      api_version: SANDBOX_API_VERSION,
      created: this.now,
      data: structuredClone({ object, ...(previous && { previous_attributes: previous }) }),
      livemode: false,
      pending_webhooks: 0,
      request: { ...this.cause },
      type,
    };
    queueDelivery(this.state, id, type, this.realNowMs);
  }

  /** Changes an object and emits an event with the previous values of its changed fields; no event without a change. */
  change<K extends EventType>(type: K, object: EventObjects[K], change: () => void): void {
    const before = structuredClone(object) as Record<string, unknown>;
    change();
    const previous = Object.fromEntries(
      Object.entries(before).filter(
        ([key, value]) => JSON.stringify(value) !== JSON.stringify((object as Record<string, unknown>)[key]),
      ),
    );
    if (Object.keys(previous).length > 0) this.emit(type, object, previous);
  }
}
