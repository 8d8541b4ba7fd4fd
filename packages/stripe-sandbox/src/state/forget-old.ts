import type { StripeState, Table } from './stripe-state.js';

/** As long as Stripe keeps them. */
const KEEP_KEYS_SECONDS = 86_400;
/** The document is written whole, and read by every process: a thousand events of two kilobytes are enough. */
const MAX_KEYS = 300;
const MAX_EVENTS = 1000;
const MAX_DONE = 300;

/**
 * Removes objects that no request needs any more, so that the document stays small. Live objects stay, regardless of
 * their number.
 */
export function forgetOld(state: StripeState, now: number): void {
  for (const [name, { at, answer }] of Object.entries(state.idempotency))
    if (answer !== null && now - at > KEEP_KEYS_SECONDS) delete state.idempotency[name];
  trim(state.idempotency, MAX_KEYS, ({ answer }) => answer !== null);
  forgetEvents(state);
  trim(state.portalSessions, MAX_DONE, () => true);
  if (trim(state.sessions, MAX_DONE, ({ status }) => status !== 'open'))
    for (const id of Object.keys(state.orders)) if (!state.sessions[id]) delete state.orders[id];
  trim(state.deletedCustomers, MAX_DONE, () => true);
}

/** An event that waits for its delivery, or is held, stays. */
function forgetEvents(state: StripeState): void {
  if (Object.keys(state.events).length <= MAX_EVENTS) return;
  const deliveries = Object.values(state.deliveries);
  const wanted = new Set(
    deliveries.filter((each) => each.state === 'waiting' || each.state === 'held').map(({ event }) => event),
  );
  trim(state.events, MAX_EVENTS, ({ id }) => !wanted.has(id));
  for (const { id, event } of deliveries) if (!state.events[event]) delete state.deliveries[id];
}

/** Of the oldest beyond `most` those go that may. Tells whether any did. */
function trim<T>(table: Table<T>, most: number, may: (each: T) => boolean): boolean {
  const entries = Object.entries(table);
  const gone = entries.slice(0, Math.max(0, entries.length - most)).filter(([, value]) => may(value));
  for (const [key] of gone) delete table[key];
  return gone.length > 0;
}
