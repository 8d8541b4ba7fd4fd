import type { EventType } from '../state/kept.js';
import { newStripeId } from '../state/stripe-id.js';
import type { Delivery, StripeState, WebhookMode } from '../state/stripe-state.js';

/** The events of one change are shuffled within this time: long enough to mix their order, too short to notice. */
const SHUFFLE_WITHIN_MS = 20;

/** Queues the delivery of an event, if there is an endpoint, as the mode and the twists say. */
export function queueDelivery(state: StripeState, event: string, type: EventType, nowMs: number): void {
  if (state.webhooks.endpoint === null) return;
  const { mode, lateSeconds } = treatment(state, type);
  const copies = mode === 'twice' ? 2 : 1;
  for (let copy = 0; copy < copies; copy += 1) {
    const id = newStripeId('whd');
    state.deliveries[id] = { id, event, attempts: [], ...start(mode, nowMs, lateSeconds) };
  }
}

function treatment(state: StripeState, type: EventType): { mode: WebhookMode; lateSeconds: number } {
  const { twists } = state.webhooks;
  const twist = twists.find((each) => each.type === undefined || each.type === type);
  if (!twist) return state.webhooks;
  twist.times -= 1;
  if (twist.times <= 0) twists.splice(twists.indexOf(twist), 1);
  return twist;
}

function start(mode: WebhookMode, nowMs: number, lateSeconds: number): Pick<Delivery, 'state' | 'dueAt'> {
  switch (mode) {
    case 'never':
      return { state: 'dropped', dueAt: nowMs };
    case 'hold':
      return { state: 'held', dueAt: nowMs };
    case 'late':
      return { state: 'waiting', dueAt: nowMs + lateSeconds * 1000 };
    case 'shuffled':
      return { state: 'waiting', dueAt: nowMs - Math.floor(Math.random() * SHUFFLE_WITHIN_MS) };
    case 'normal':
    case 'twice':
      return { state: 'waiting', dueAt: nowMs };
  }
}
