import type { Ledger } from './ledger.js';
import type { ModelCall } from './model.js';
import { BASIC_LIMIT } from './cluster.js';
import type { ReceivedEvent } from '../support/event-receiver.js';
import type { ForeignWrite } from './witness.js';

/** A row of `messages`, as the checks need it. */
export interface MessageRow {
  id: string;
  roomId: string;
  seq: number;
  parentId: string | null;
  role: 'user' | 'model';
  content: string;
  status: string;
  active: boolean;
  inReplyTo: string | null;
  charged: boolean;
  completedAt: Date | null;
  errorCode: string | null;
}

/** A room, and the message that it goes on from. */
export interface RoomRow {
  id: string;
  count: number;
  tailId: string | null;
}

/** A row of `message_branches`, but for the trunk's. */
export interface BranchRow {
  roomId: string;
  /** seq of its first message. */
  branch: number;
  sibling: number;
}

/** State of one user's day. */
export interface UsageRow {
  userId: string;
  tier: string;
  used: number;
  refunded: number;
  charged: number;
}

/** A row of `outgoing_events` about a reply. */
export interface EventRow {
  id: string;
  replyId: string;
  status: string;
  state: string;
}

/** Everything that is checked after the run. */
export interface Evidence {
  ledger: Ledger;
  /** By room, in the order of seq. */
  messages: MessageRow[];
  rooms: Map<string, RoomRow>;
  branches: BranchRow[];
  usage: UsageRow[];
  calls: Map<string, ModelCall[]>;
  foreignWrites: ForeignWrite[];
  events: EventRow[];
  /** What the app's server got, repetitions included. */
  received: ReceivedEvent[];
  /** Ids of the events that the app's server accepted. */
  accepted: ReadonlySet<string>;
}

/** Every acknowledged message exists once, with one reply. */
export function checkMessages({ ledger, messages }: Evidence): void {
  const byId = new Map(messages.map((row) => [row.id, row]));
  const repliesTo = groupBy(messages, ({ inReplyTo }) => inReplyTo ?? '');
  const questions = groupBy(messages, ({ role, content }) => (role === 'user' ? content : ''));
  for (const entry of ledger.entries) {
    const stored = questions.get(entry.content)?.length ?? 0;
    if (stored > 1) ledger.violate('duplicated', `${entry.key} is stored ${stored} times`);
    if (entry.outcome === 'open') ledger.violate('stuck', `${entry.key} was never answered clearly`);
    // After several tries an earlier one may have been accepted late, once a unit had been given back.
    if (entry.outcome === 'refused' && entry.tries === 1 && stored > 0)
      ledger.violate('quota', `${entry.key} was refused, and is stored`);
    if (entry.outcome !== 'acknowledged') continue;
    const [message, reply] = [byId.get(entry.message!.id), byId.get(entry.reply!.id)];
    if (!message || !reply) ledger.violate('lost', `${entry.key} was acknowledged, and is not there`);
    else if (message.seq !== entry.message!.seq || reply.seq !== entry.reply!.seq)
      ledger.violate('order', `${entry.key} has another seq than it was acknowledged with`);
  }
  for (const { id } of messages.filter(({ role }) => role === 'user')) {
    const replies = repliesTo.get(id) ?? [];
    if (replies.length === 0) ledger.violate('lost', `message ${id} has no reply`);
    if (replies.length > 1) ledger.violate('duplicated', `message ${id} has ${replies.length} replies`);
    for (const reply of replies) checkEnd(ledger, reply);
  }
}

function checkEnd(ledger: Ledger, { id, status, active, completedAt, content }: MessageRow): void {
  if (!completedAt) ledger.violate('stuck', `reply ${id} is ${status}`);
  else if (active !== (status !== 'failed'))
    ledger.violate('duplicated', `a ${status} reply is ${active ? '' : 'not '}active: ${id}`);
  if (status === 'failed' && content !== '') ledger.violate('text', `failed reply ${id} has a text`);
}

/** seq is 1, 2, 3 …, and replies end in that order. */
export function checkRooms({ ledger, messages, rooms }: Evidence): void {
  for (const [roomId, rows] of groupBy(messages, (row) => row.roomId)) {
    const count = rooms.get(roomId)?.count;
    if (rows.some(({ seq }, at) => seq !== at + 1) || count !== rows.length)
      ledger.violate('order', `room ${roomId} counts ${count}, and has ${rows.length} messages`);
    const replies = rows.filter(({ role }) => role === 'model');
    for (const [at, { id, completedAt }] of replies.entries()) {
      const before = replies[at - 1];
      if (before?.completedAt && completedAt && completedAt < before.completedAt)
        ledger.violate('order', `reply ${id} ended before the one before it`);
    }
  }
}

/** Every message continues from an allowed one, siblings are numbered, and nothing is below the message that a room goes on from. */
export function checkBranches(evidence: Evidence): void {
  const { ledger, messages, rooms } = evidence;
  for (const [roomId, rows] of groupBy(messages, (row) => row.roomId)) {
    checkParents(evidence, rows);
    checkSiblings(evidence, rows);
    const leaf = rooms.get(roomId)?.tailId;
    if (!leaf || rows.some(({ parentId }) => parentId === leaf))
      ledger.violate('branches', `room ${roomId} goes on from ${leaf}, which is no leaf`);
  }
}

/**
 * A message continues from the reply before it, or from the end of a branch that was chosen; another form of a message from
 * where that one does.
 */
function checkParents({ ledger }: Evidence, rows: MessageRow[]): void {
  const editedBy = new Map(ledger.entries.map(({ content, editedId }) => [content, editedId]));
  const chosen = ledger.choices.filter(({ roomId }) => roomId === rows[0]!.roomId);
  for (const { id, seq, parentId, content } of rows.filter(({ role }) => role === 'user')) {
    const editedId = editedBy.get(content) ?? null;
    const before = rows.filter((row) => row.seq < seq);
    const allowed =
      editedId === null
        ? [before.at(-1)?.id ?? null, ...chosen.map(({ messageId }) => newestBelow(before, messageId))]
        : [before.find((row) => row.id === editedId)?.parentId];
    if (!allowed.includes(parentId))
      ledger.violate('branches', `message ${id} continues from another message`);
  }
}

/** Forms of one message are numbered 1, 2, 3 … in their order; the first one has no branch of its own. */
function checkSiblings({ ledger, branches }: Evidence, rows: MessageRow[]): void {
  const questions = rows.filter(({ role }) => role === 'user');
  for (const [, ...others] of groupBy(questions, ({ parentId }) => parentId ?? 'root').values())
    for (const [at, { id, roomId, seq }] of others.entries()) {
      const number = branches.find((row) => row.roomId === roomId && row.branch === seq)?.sibling;
      if (number !== at + 2) ledger.violate('branches', `sibling ${at + 2}, ${id}, has number ${number}`);
    }
}

/** The newest of these messages below one of them, itself included. */
function newestBelow(sorted: MessageRow[], id: string): string | undefined {
  const below = new Set([id]);
  for (const row of sorted) if (below.has(row.parentId ?? '')) below.add(row.id);
  return sorted.findLast((row) => below.has(row.id))?.id;
}

/**
 * Of the messages of a run, one in twenty is scripted to fail finally. A run of so many in which none fails gives no unit
 * back, and would prove nothing about refunds.
 */
const MOST_WITHOUT_A_FAILURE = 250;

/** The units of a day equal the replies charged to it, some were given back, and no user is over the limit. */
export function checkQuota({ ledger, usage, messages }: Evidence): void {
  if (
    ledger.acknowledged.length > MOST_WITHOUT_A_FAILURE &&
    !messages.some(({ status }) => status === 'failed')
  )
    ledger.violate('quota', 'no reply failed: the scripts of the model fail none any more');
  for (const { userId, tier, used, refunded, charged } of usage) {
    if (used !== charged)
      ledger.violate(
        'quota',
        `${userId} used ${used}, ${charged} replies are charged, ${refunded} given back`,
      );
    if (tier === 'basic' && Math.max(used, charged) > BASIC_LIMIT)
      ledger.violate('quota', `${userId} is over the limit: ${used} used, ${charged} charged`);
  }
}

/** A completed reply is the complete text of one call of the model, and a client's final text is the stored one. */
export function checkTexts({ ledger, messages, calls }: Evidence): void {
  const byId = new Map(messages.map((row) => [row.id, row]));
  for (const entry of ledger.acknowledged) {
    const reply = byId.get(entry.reply!.id);
    if (!reply?.completedAt) continue;
    const { final } = entry;
    if (final && (final.status !== reply.status || final.content !== reply.content))
      ledger.violate(
        'text',
        `reply ${reply.id} was seen ${final.status}, and is ${reply.status} with another text`,
      );
    const said = calls.get(entry.key) ?? [];
    if (reply.status === 'completed' && !said.some(({ text }) => text === reply.content))
      ledger.violate('text', `reply ${reply.id} is what none of ${said.length} calls said (${entry.key})`);
  }
}

/** Only the worker of the last claim wrote to a reply. */
export function checkWriters({ ledger, foreignWrites }: Evidence): void {
  for (const { replyId, attempt, worker, claimedBy } of foreignWrites)
    ledger.violate(
      'fencing',
      `${worker} wrote to reply ${replyId}, whose attempt ${attempt} is ${claimedBy}’s`,
    );
}

/** Every final reply has one event with its state, which the app's server accepted, and nothing else arrived. */
export function checkEvents({ ledger, messages, events, received, accepted }: Evidence): void {
  const byReply = groupBy(events, ({ replyId }) => replyId);
  const known = new Set(events.map(({ id }) => id));
  for (const { id, status } of messages.filter((row) => row.role === 'model' && row.completedAt)) {
    const [event, ...others] = byReply.get(id) ?? [];
    if (!event) ledger.violate('events', `reply ${id} is ${status}, and has no event`);
    else if (others.length > 0) ledger.violate('events', `reply ${id} has ${others.length + 1} events`);
    else if (event.status !== status)
      ledger.violate('events', `reply ${id} is ${status}, its event says ${event.status}`);
    else if (!accepted.has(event.id) || event.state !== 'delivered')
      ledger.violate('events', `the event of reply ${id} is ${event.state} and was not accepted`);
  }
  for (const { id, type, data } of received)
    if (type.startsWith('reply.') && !known.has(id))
      ledger.violate(
        'events',
        `an event arrived that no commit holds: ${type} of ${String(data['reply_id'])}`,
      );
}

/** Number of answers beyond the one that a message needs: calls of the model that were paid in vain. */
export function extraCalls(calls: Map<string, ModelCall[]>): number {
  return [...calls.values()].reduce((sum, of) => {
    const wanted = of.some(({ outcome }) => outcome === 'answer') ? 'answer' : of[0]!.outcome;
    return sum + of.filter(({ outcome }) => outcome === wanted).length - 1;
  }, 0);
}

export function groupBy<T>(items: T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  groups.delete('');
  return groups;
}
