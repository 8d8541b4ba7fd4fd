import type { StripeState, Table } from './stripe-state.js';

const DAY_SECONDS = 86_400;
/** As Stripe keeps them; the newest are kept however old, because the clock may be moved by months. */
const KEEP_KEYS_SECONDS = DAY_SECONDS;
const KEEP_EVENTS_SECONDS = 30 * DAY_SECONDS;
const MAX_KEYS = 500;
const MAX_EVENTS = 1500;
const MAX_DONE = 300;

/** Keeps the document small: what nobody asks for any more goes. What is alive stays, however much it is. */
export function forgetOld(state: StripeState, now: number): void {
  forget(state.idempotency, MAX_KEYS, ({ at, answer }) => answer !== null && now - at > KEEP_KEYS_SECONDS);
  const events = Object.keys(state.events).length;
  if (events > MAX_EVENTS) {
    trim(
      state.events,
      MAX_EVENTS / 2,
      ({ created }) => now - created > KEEP_EVENTS_SECONDS || events > 2 * MAX_EVENTS,
    );
    for (const [id, { event }] of Object.entries(state.deliveries))
      if (!state.events[event]) delete state.deliveries[id];
  }
  trim(state.portalSessions, MAX_DONE, () => true);
  trim(state.sessions, MAX_DONE, ({ status }) => status !== 'open');
  for (const id of Object.keys(state.orders)) if (!state.sessions[id]) delete state.orders[id];
  trim(state.deletedCustomers, MAX_DONE, () => true);
}

/** The oldest beyond `most` go, and what `old` says. */
function forget<T>(table: Table<T>, most: number, old: (each: T) => boolean): void {
  for (const [key, value] of Object.entries(table)) if (old(value)) delete table[key];
  trim(table, most, () => true);
}

/** Of the oldest beyond `most` those go that may. */
function trim<T>(table: Table<T>, most: number, may: (each: T) => boolean): void {
  const entries = Object.entries(table);
  for (const [key, value] of entries.slice(0, Math.max(0, entries.length - most)))
    if (may(value)) delete table[key];
}
