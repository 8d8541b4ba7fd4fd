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
  /** The conversation, oldest first: the active path, as far as it is loaded. */
  messages: readonly MessageDto[];
  /** Cursor of the earlier messages; null: none. */
  cursor: string | null;
  isLoaded: boolean;
  live: Readonly<Record<string, LiveReply>>;
  pending: readonly Pending[];
  /** Another answer that failed: the room has gone back to an earlier one, and the page shows the failure in its place. */
  failed: MessageDto | null;
}

export const emptyView: RoomView = {
  messages: [],
  cursor: null,
  isLoaded: false,
  live: {},
  pending: [],
  failed: null,
};

const has = (messages: readonly MessageDto[], id: string): boolean =>
  messages.some((message) => message.id === id);

/** The messages up to one; null: it is not among them. */
function upTo(messages: readonly MessageDto[], id: string | null): MessageDto[] | null {
  const index = messages.findIndex((message) => message.id === id);
  return index < 0 ? null : messages.slice(0, index + 1);
}

/** Replaces messages by id; those that are not on the path are left out. */
const replaced = (all: readonly MessageDto[], by: readonly MessageDto[]): MessageDto[] =>
  all.map((message) => by.find(({ id }) => id === message.id) ?? message);

/** The messages to show: the path, or a failed answer in place of what follows its message. */
export function shownMessages({ messages, failed }: RoomView): readonly MessageDto[] {
  const before = failed && upTo(messages, failed.in_reply_to);
  return before ? [...before, failed] : messages;
}

/**
 * Applies the newest page of the path. Earlier messages stay where the page continues them; where another branch has been
 * chosen before them, the page replaces them.
 * @param page newest first
 */
export function withNewest(view: RoomView, page: readonly MessageDto[], cursor: string | null): RoomView {
  const newest = page.toReversed();
  const first = newest[0];
  const earlier = first ? upTo(view.messages, first.parent_id) : null;
  const isJoined = earlier !== null || (first !== undefined && first.id === view.messages[0]?.id);
  return {
    ...view,
    messages: [...(earlier ?? []), ...newest],
    cursor: isJoined && view.isLoaded ? view.cursor : cursor,
    isLoaded: true,
    failed: view.failed && isOutdated(view.failed, newest) ? null : view.failed,
  };
}

/** True where the path has the failed answer itself, or a newer message. */
const isOutdated = (failed: MessageDto, newest: readonly MessageDto[]): boolean =>
  has(newest, failed.id) || newest.some(({ seq }) => seq > failed.seq);

/** Adds a page of earlier messages, newest first. One that does not lead to the first message was read for another branch. */
export function withEarlier(view: RoomView, page: readonly MessageDto[], cursor: string | null): RoomView {
  const [last] = page;
  if (!last || view.messages[0]?.parent_id !== last.id) return view;
  return { ...view, messages: [...page.toReversed(), ...view.messages], cursor };
}

/** Replaces a message of the path. */
export const withMessage = (view: RoomView, message: MessageDto): RoomView => ({
  ...view,
  messages: replaced(view.messages, [message]),
  failed: view.failed?.id === message.id ? message : view.failed,
});

export function withFeedback(view: RoomView, replyId: string, feedback: MessageDto['feedback']): RoomView {
  const reply = shownMessages(view).find(({ id }) => id === replyId);
  return reply ? withMessage(view, { ...reply, feedback }) : view;
}

export const withoutFailed = (view: RoomView): RoomView => ({ ...view, failed: null });

/** Applies an update of a stream. `draft`: the send that the stream belongs to. */
export function withUpdate(view: RoomView, update: ReplyUpdate, draft?: Draft): RoomView {
  const { message, replyId, reply } = update;
  let next = view;
  if (message) next = withoutDraft(withExchange(next, message, replyId), draft);
  if (reply) return withEnd(next, reply);
  if (replyId === null) return next;
  const { text, status, attempt, nextAttemptAt } = update;
  return { ...next, live: { ...next.live, [replyId]: { text, status, attempt, nextAttemptAt } } };
}

/**
 * Adds an accepted message and its reply to the end of the path, or after their parent: an edit and another answer begin a
 * branch there. A message whose parent is not loaded is added at the end; the next page puts it right.
 */
function withExchange(view: RoomView, message: MessageDto, replyId: string | null): RoomView {
  const { messages } = view;
  if (replyId === null || has(messages, replyId)) return { ...view, messages: replaced(messages, [message]) };
  const known = upTo(messages, message.id);
  const before = message.parent_id === null ? [] : (upTo(messages, message.parent_id) ?? messages);
  const path = known ? replaced(known, [message]) : [...before, message];
  return { ...view, messages: [...path, placeholder(replyId, message)], failed: null };
}

/** The final state of a reply. The room does not go on from another answer that failed, so the page keeps it. */
function withEnd(view: RoomView, reply: MessageDto): RoomView {
  const isShown = has(shownMessages(view), reply.id);
  const isFailedSibling = isShown && reply.status === 'failed' && reply.siblings.index > 1;
  const next = { ...withMessage(view, reply), failed: isFailedSibling ? reply : view.failed };
  return withoutLive(next, reply.id);
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

/**
 * The messages on their way as they are shown. Without a connection a message waits: the client repeats its request for
 * seconds before it reports a lost network. One that was found in the store is hidden while it is sent: the history usually
 * shows it already, otherwise the server accepts it within a moment.
 */
export const shownPending = ({ pending }: RoomView, isConnected: boolean): Pending[] =>
  pending
    .map((one): Pending => (one.state === 'sending' && !isConnected ? { ...one, state: 'waiting' } : one))
    .filter(({ isResumed, state }) => !isResumed || state !== 'sending');

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
const placeholder = (id: string, message: MessageDto): MessageDto => ({
  ...message,
  id,
  seq: message.seq + 1,
  parent_id: message.id,
  in_reply_to: message.id,
  role: 'model',
  content: '',
  status: 'queued',
  active: true,
  siblings: { index: 1, count: 1 },
  completed_at: null,
});
