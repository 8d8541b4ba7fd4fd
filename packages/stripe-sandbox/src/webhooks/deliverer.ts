import type { Clock } from '../clock.js';
import type { Delivery, StripeState } from '../state/stripe-state.js';
import type { StripeStore } from '../state/stripe-store.js';
import { pendingDeliveries } from './pending.js';
import { signatureOf } from './signature.js';

/** Stripe waits 10 s or more; a sandbox should answer sooner. */
const TIMEOUT_MS = 5_000;
/** 1 s, 2 s, 4 s … : ten attempts within a good quarter of an hour. */
const FIRST_WAIT_MS = 1_000;
const MAX_ATTEMPTS = 10;
/** Lease of a delivery: a process that has taken it and not reported for this long counts as dead. */
const LEASE_MS = 3 * TIMEOUT_MS;
/** Longest plausible wait; a longer one was computed by a clock that has been set back since. */
const MAX_WAIT_MS = 3_600_000;

interface Parcel {
  id: string;
  url: string;
  signature: string;
  payload: string;
}

/**
 * Delivers events to the endpoint, one after the other in order of their due times, and again with growing waits until
 * the endpoint responds 2xx. Several processes may run it: each takes deliveries that no other has taken.
 */
export class Deliverer {
  private running: Promise<void> | null = null;
  private again = false;
  private closed = false;
  private knowsTheWay = false;

  constructor(
    private readonly store: StripeStore,
    private readonly clock: Clock,
  ) {}

  /** From now on. A process without an endpoint leaves events to other processes. */
  begin(): void {
    this.knowsTheWay = true;
  }

  /** Delivers everything that is due; resolves when nothing is left that is. */
  async drain(): Promise<void> {
    if (!this.knowsTheWay) return;
    this.again = true;
    this.running ??= this.run().finally(() => {
      this.running = null;
    });
    await this.running;
    // A run was requested after the current run had looked for the last time.
    if (this.again && !this.closed) await this.drain();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.running?.catch(() => undefined);
  }

  private async run(): Promise<void> {
    while (this.again && !this.closed) {
      this.again = false;
      for (let parcel = await this.take(); parcel && !this.closed; parcel = await this.take()) {
        const { id } = parcel;
        const attempt = await post(parcel);
        await this.store.transact((state) => this.record(state, id, attempt));
      }
    }
  }

  /** Claims the next due delivery for this process. */
  private async take(): Promise<Parcel | null> {
    const isDue = (state: StripeState): boolean =>
      state.webhooks.endpoint !== null && earliestDue(state, this.clock.now().getTime()) !== null;
    if (!(await this.store.read(isDue))) return null;
    return this.store.transact((state) => {
      const { endpoint } = state.webhooks;
      const nowMs = this.clock.now().getTime();
      const next = endpoint && earliestDue(state, nowMs);
      if (!next) return null;
      const event = state.events[next.event]!;
      next.dueAt = nowMs + LEASE_MS;
      const told = { ...event, pending_webhooks: pendingDeliveries(state, event.id) };
      const payload = JSON.stringify(told, null, 2);
      const signature = signatureOf(payload, endpoint.secret, Math.floor(nowMs / 1000));
      return { id: next.id, url: endpoint.url, signature, payload };
    });
  }

  private record(
    state: StripeState,
    id: string,
    result: { status: number | null; error: string | null },
  ): void {
    const delivery = state.deliveries[id];
    if (!delivery) return;
    const now = this.clock.now();
    delivery.attempts.push({ at: now.toISOString(), ...result });
    const { length } = delivery.attempts;
    if (result.status !== null && result.status >= 200 && result.status < 300) delivery.state = 'delivered';
    else if (length >= MAX_ATTEMPTS) delivery.state = 'failed';
    else delivery.dueAt = now.getTime() + FIRST_WAIT_MS * 2 ** (length - 1);
  }
}

function earliestDue(state: StripeState, nowMs: number): Delivery | null {
  let first: Delivery | null = null;
  for (const delivery of Object.values(state.deliveries)) {
    if (delivery.state !== 'waiting' || !state.events[delivery.event]) continue;
    const isDue = delivery.dueAt <= nowMs || delivery.dueAt - nowMs > MAX_WAIT_MS;
    if (isDue && (!first || delivery.dueAt < first.dueAt)) first = delivery;
  }
  return first;
}

async function post({
  url,
  signature,
  payload,
}: Parcel): Promise<{ status: number | null; error: string | null }> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': signature,
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      },
      body: payload,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.arrayBuffer();
    return { status: answer.status, error: null };
  } catch (error) {
    const { cause } = error as Error;
    return { status: null, error: cause instanceof Error ? cause.message : (error as Error).message };
  }
}
