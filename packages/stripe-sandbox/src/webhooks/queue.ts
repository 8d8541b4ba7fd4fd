import type { EventType } from '../state/kept.js';
import { newStripeId } from '../state/stripe-id.js';
import type { Delivery, StripeState, WebhookMode } from '../state/stripe-state.js';

/** What one change causes is told within this: long enough to be mixed up, too short to be waited for. */
const SHUFFLE_WITHIN_MS = 20;

/** Puts an event on its way to the endpoint, if there is one, as the mode and the twists have it. */
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
