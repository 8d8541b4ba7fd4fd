/** A client's knowledge of one message. */
export interface Entry {
  /** Its Idempotency-Key, and the mark in its text. */
  key: string;
  userId: string;
  token: string;
  roomId: string;
  content: string;
  /** The message that it is another form of; null: a new message. */
  editedId: string | null;
  /** True if the model is scripted so that it may fail finally. */
  doomed: boolean;
  /** Number of requests for it. */
  tries: number;
  /** `open` until a response tells the outcome. */
  outcome: 'open' | 'acknowledged' | 'refused';
  message: Sent | null;
  reply: Sent | null;
  /** The reply when it was first seen final. */
  final: Final | null;
}

export interface Sent {
  id: string;
  seq: number;
}

export interface Final {
  status: string;
  content: string;
}

/** Names of the guarantees, as in the table. */
export const GUARANTEES = {
  lost: 'an acknowledged message exists, with its reply',
  duplicated: 'one message for a key, one reply for a message',
  stuck: 'every reply is final',
  quota: 'used units are the replies charged, and never more than the limit',
  order: 'seq counts without gaps, and a room is answered in its order',
  branches: 'a message continues from the active path, and siblings are numbered 1, 2, 3 …',
  fencing: 'only the worker of the last claim writes to a reply',
  text: 'a reply is what one call of the model said, whole, and stays so',
  stream: 'what was streamed is the final content',
  list: 'the room list is never older than an acknowledged write',
  answers: 'every answer is a clear state: accepted, refused, or 503',
  events: 'a final reply has one event, and the app’s server gets it',
  alive: 'no process ends by itself',
} as const;
export type Guarantee = keyof typeof GUARANTEES;

/** One violation of a guarantee. */
export interface Violation {
  guarantee: Guarantee;
  detail: string;
}

/** Everything that the clients did and saw. */
export class Ledger {
  readonly entries: Entry[] = [];
  readonly violations: Violation[] = [];
  /** Connections of streams that were opened, and cut by the reader itself. */
  readonly streams = { opened: 0, cut: 0, whole: 0 };
  readonly counts = { retried: 0, unavailable: 0, replays: 0, lists: 0 };
  /** Messages that a branch was chosen by. */
  readonly choices: { roomId: string; messageId: string }[] = [];

  add(entry: Pick<Entry, 'key' | 'userId' | 'token' | 'roomId' | 'content' | 'editedId' | 'doomed'>): Entry {
    const made: Entry = { ...entry, tries: 0, outcome: 'open', message: null, reply: null, final: null };
    this.entries.push(made);
    return made;
  }

  violate(guarantee: Guarantee, detail: string): void {
    this.violations.push({ guarantee, detail });
  }

  get acknowledged(): Entry[] {
    return this.entries.filter(({ outcome }) => outcome === 'acknowledged');
  }
}
