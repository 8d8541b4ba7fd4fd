import type { EventType, KeptEvent } from '../state/kept.js';
import { lookUp } from '../billing/lookup.js';
import { newStripeId } from '../state/stripe-id.js';
import { SANDBOX_WEBHOOK_SECRET } from '../sandbox-keys.js';
import type { Delivery, StripeState, WebhookMode } from '../state/stripe-state.js';
import type { StripeStore } from '../state/stripe-store.js';
import type { Deliverer } from './deliverer.js';

/** An event and what became of its deliveries. */
export interface EventReport {
  event: KeptEvent;
  deliveries: Delivery[];
}

/** Options of {@link WebhookControl.release}. */
export interface ReleaseOptions {
  order?: 'kept' | 'shuffled' | 'reversed';
  twice?: boolean;
}

/** Controls deliveries: late, doubled, reordered or lost events can be tried. */
export class WebhookControl {
  constructor(
    private readonly store: StripeStore,
    private readonly deliverer: Deliverer,
  ) {}

  /** Events go here from now on, and only here: also those that wait. Kept, for every process. */
  async deliverTo(url: string, { secret = SANDBOX_WEBHOOK_SECRET }: { secret?: string } = {}): Promise<void> {
    await this.change(({ webhooks }) => {
      webhooks.endpoint = { url, secret };
    });
    this.deliverer.begin();
  }

  /** Sets the treatment of events from now on. */
  async setMode(mode: WebhookMode, { lateSeconds = 5 }: { lateSeconds?: number } = {}): Promise<void> {
    await this.change(({ webhooks }) => {
      webhooks.mode = mode;
      webhooks.lateSeconds = lateSeconds;
    });
  }

  /** Signs with another secret from now on; a wrong one shows that the product refuses it. */
  async setSecret(secret: string): Promise<void> {
    await this.change(({ webhooks }) => {
      if (webhooks.endpoint) webhooks.endpoint.secret = secret;
    });
  }

  /** Sets the treatment of the next `times` events, or of the next of one type, regardless of the mode. */
  async next(
    mode: WebhookMode,
    { type, times = 1, lateSeconds = 5 }: { type?: EventType; times?: number; lateSeconds?: number } = {},
  ): Promise<void> {
    await this.change(({ webhooks }) => {
      webhooks.twists.push({ mode, ...(type !== undefined && { type }), times, lateSeconds });
    });
  }

  /**
   * Delivers held and waiting events now.
   * @returns the number of deliveries, which are finished when the promise resolves
   */
  async release({ order = 'kept', twice = false }: ReleaseOptions = {}): Promise<number> {
    const count = await this.store.transact((state) => {
      const held = Object.values(state.deliveries).filter(
        (each) => each.state === 'held' || each.state === 'waiting',
      );
      const ordered = inOrder(held, order);
      // Long past, a millisecond apart: their order is the order in which they are due.
      for (const [index, delivery] of ordered.entries()) {
        Object.assign(delivery, { state: 'waiting', dueAt: index });
        if (!twice) continue;
        const id = newStripeId('whd');
        state.deliveries[id] = { ...delivery, id, attempts: [] };
      }
      return twice ? 2 * held.length : held.length;
    });
    await this.deliverer.drain();
    return count;
  }

  /**
   * Delivers an event again, as the dashboard's “Resend” does.
   * @throws StripeApiError for an unknown event
   */
  async resend(event: string): Promise<void> {
    await this.change((state) => {
      lookUp(state.events, 'event', event);
      const id = newStripeId('whd');
      state.deliveries[id] = { id, event, state: 'waiting', dueAt: 0, attempts: [] };
    });
    await this.deliverer.drain();
  }

  /** How things are. */
  state(): Promise<{ mode: WebhookMode; url: string | null; waiting: number }> {
    return this.store.read(({ webhooks, deliveries }) => ({
      mode: webhooks.mode,
      url: webhooks.endpoint?.url ?? null,
      waiting: Object.values(deliveries).filter(({ state }) => state === 'waiting' || state === 'held')
        .length,
    }));
  }

  /** What happened, the oldest first. */
  events(): Promise<EventReport[]> {
    return this.store.read((state) =>
      Object.values(state.events).map((event) =>
        structuredClone({
          event,
          deliveries: Object.values(state.deliveries).filter((delivery) => delivery.event === event.id),
        }),
      ),
    );
  }

  private async change(fn: (state: StripeState) => void): Promise<void> {
    await this.store.transact(fn);
  }
}

function inOrder(deliveries: Delivery[], order: NonNullable<ReleaseOptions['order']>): Delivery[] {
  if (order === 'kept') return deliveries;
  if (order === 'reversed') return deliveries.toReversed();
  return deliveries
    .map((delivery) => ({ delivery, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ delivery }) => delivery);
}
