import type { Draft, MessageDto, ReplyUpdate } from '@chat-backend/client';

/** A live reply, as of the last event of its stream. */
export interface LiveReply {
  text: string;
  status: string;
  attempt: number;
  nextAttemptAt: string | null;
}

/** A message that the server has not accepted yet. */
export interface Pending {
  draft: Draft;
  /** `waiting`: for a connection; `failed`: the server answered with an error, and the draft is kept. */
  state: 'sending' | 'waiting' | 'failed';
  error: unknown;
  /** Found in the store when the room opened: the history usually has the message already. */
  isResumed: boolean;
}

/** The state of a room on the screen. */
export interface RoomView {
  /** In order of acceptance. */
  messages: readonly MessageDto[];
  /** Cursor of the earlier messages; null: none. */
  cursor: string | null;
  isLoaded: boolean;
  live: Readonly<Record<string, LiveReply>>;
  pending: readonly Pending[];
}

export const emptyView: RoomView = { messages: [], cursor: null, isLoaded: false, live: {}, pending: [] };

const bySeq = (one: MessageDto, other: MessageDto): number => one.seq - other.seq;

/** Adds messages, or replaces them by id. */
export function withMessages(view: RoomView, messages: readonly MessageDto[]): RoomView {
  const all = new Map(view.messages.map((message) => [message.id, message]));
  for (const message of messages) all.set(message.id, message);
  return { ...view, messages: [...all.values()].sort(bySeq) };
}

export const withFeedback = (view: RoomView, replyId: string, feedback: MessageDto['feedback']): RoomView =>
  withMessages(
    view,
    view.messages.filter(({ id }) => id === replyId).map((reply) => ({ ...reply, feedback })),
  );

/** Applies an update of a stream. `draft`: the send that the stream belongs to. */
export function withUpdate(view: RoomView, update: ReplyUpdate, draft?: Draft): RoomView {
  const { message, replyId, reply } = update;
  let next = view;
  if (message) next = withoutDraft(withMessages(next, [message]), draft);
  if (reply) return withoutLive(withMessages(next, [reply]), reply.id);
  if (replyId === null) return next;
  if (message && !next.messages.some(({ id }) => id === replyId))
    next = withMessages(next, [placeholder(replyId, message, next.messages)]);
  const { text, status, attempt, nextAttemptAt } = update;
  return { ...next, live: { ...next.live, [replyId]: { text, status, attempt, nextAttemptAt } } };
}

export const withoutDraft = (view: RoomView, draft: Draft | undefined): RoomView =>
  draft ? { ...view, pending: view.pending.filter(({ draft: { key } }) => key !== draft.key) } : view;

export function withoutLive(view: RoomView, replyId: string): RoomView {
  const { [replyId]: _, ...live } = view.live;
  return { ...view, live };
}

export const withPending = (view: RoomView, pending: Pending): RoomView => ({
  ...view,
  pending: view.pending.some(({ draft }) => draft.key === pending.draft.key)
    ? view.pending.map((one) => (one.draft.key === pending.draft.key ? pending : one))
    : [...view.pending, pending],
});

/** The first live reply: later ones wait for it. */
export const firstLive = (
  { messages }: RoomView,
  ended: ReadonlyMap<string, number> = new Map(),
): MessageDto | undefined =>
  messages.find(
    ({ id, role, completed_at, attempt }) =>
      role === 'model' && completed_at === null && attempt > (ended.get(id) ?? -1),
  );

/** A reply with a known id and unknown fields: the last event of its stream has them. */
const placeholder = (id: string, message: MessageDto, messages: readonly MessageDto[]): MessageDto => ({
  ...message,
  id,
  seq: Math.max(message.seq, ...messages.map(({ seq }) => seq)) + 1,
  parent_id: message.id,
  in_reply_to: message.id,
  role: 'model',
  content: '',
  status: 'queued',
  active: true,
  completed_at: null,
});
