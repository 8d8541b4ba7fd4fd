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

/** What a World is made of. */
export interface StripeAccountOptions {
  state: StripeState;
  /** When it happens, in milliseconds. */
  nowMs: number;
  cause?: Cause;
  /** Where the pages are; asked only when an object says so. */
  pagesUrl: () => string;
}

/** One change of the sandbox's state: the document, the time at which it happens, and the events that it makes. */
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

  /** What is overdue happens at the time at which it was due. */
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

  /** Changes an object and tells so, with what its fields were before; tells nothing where nothing changed. */
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
