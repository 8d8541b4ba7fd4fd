import { isHandled, subjectOf } from '../billing/stripe/event-kinds.js';
import { isWellFormedText } from '../platform/fields/well-formed.js';

/** A signed event as the inbox stores it. */
export interface IncomingEvent {
  id: string;
  type: string;
  objectId: string | null;
  customerId: string | null;
  state: 'received' | 'ignored';
  createdAt: Date;
}

/** Result of reading a signed payload: an event, or the reason why it cannot be handled. */
export type Incoming = { event: IncomingEvent } | { unreadable: string };

/** Ten times the length of Stripe's ids and types. */
const MAX_TEXT = 255;
/** The end of year 9999, the last that PostgreSQL and ISO 8601 both write. */
const MAX_SECONDS = 253_402_300_799;

/**
 * Reads a payload with a valid signature. It never throws: Stripe repeats a refused event for days and then disables the
 * endpoint, so an unreadable event is acknowledged and ignored. The nightly comparison finds the change behind it.
 *
 * Two forms: a snapshot (`object: "event"`), and a thin event of API v2 (`object: "v2.core.event"`), which names its
 * subject in `related_object`; thin events about v1 objects have the snapshot's type behind `v1.`
 * (https://docs.stripe.com/event-destinations#thin-events).
 * @param isLive the mode of the configured key
 */
export function readIncoming(payload: string, isLive: boolean): Incoming {
  const event = parsed(payload);
  if (!isHash(event)) return { unreadable: 'it is not a JSON object' };
  const { id, type, livemode } = event;
  if (typeof id !== 'string' || !/^evt_\w{1,250}$/.test(id)) return { unreadable: 'its id is malformed' };
  if (!isStorable(type)) return { unreadable: 'its type is malformed' };
  if (livemode !== isLive) return { unreadable: 'its mode (live or test) differs from the key’s' };
  const createdAt = momentOf(event['created']);
  if (createdAt === null) return { unreadable: 'its time is malformed' };
  const subject = subjectIn(event);
  if (subject === null) return { unreadable: 'it names no object' };
  const kind = isThin(event) ? type.replace(/^v1\./, '') : type;
  return { event: { id, type, ...subject, state: isHandled(kind) ? 'received' : 'ignored', createdAt } };
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    return undefined;
  }
}

/** Seconds of a snapshot; ISO 8601 of a thin event. */
function momentOf(created: unknown): Date | null {
  const ms =
    typeof created === 'string' && created.length <= MAX_TEXT
      ? Date.parse(created)
      : Number.isSafeInteger(created)
        ? (created as number) * 1000
        : NaN;
  return ms >= 0 && ms <= MAX_SECONDS * 1000 ? new Date(ms) : null;
}

function subjectIn(event: Hash): Pick<IncomingEvent, 'objectId' | 'customerId'> | null {
  if (isThin(event)) {
    const { id, type } = hashOr(event['related_object']);
    const objectId = isStorable(id) ? id : null;
    return { objectId, customerId: type === 'customer' ? objectId : null };
  }
  const { object } = hashOr(event['data']);
  if (!isHash(object)) return null;
  const { objectId, customerId } = subjectOf(object);
  return {
    objectId: isStorable(objectId) ? objectId : null,
    customerId: isStorable(customerId) ? customerId : null,
  };
}

type Hash = Record<string, unknown>;

const isThin = (event: Hash): boolean => event['object'] === 'v2.core.event';

const isHash = (value: unknown): value is Hash =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hashOr = (value: unknown): Hash => (isHash(value) ? value : {});

const isStorable = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= MAX_TEXT && isWellFormedText(value);
