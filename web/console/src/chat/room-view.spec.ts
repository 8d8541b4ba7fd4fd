import {
  emptyView,
  firstLive,
  shownMessages,
  shownPending,
  withEarlier,
  withFeedback,
  withNewest,
  withPending,
  withUpdate,
  type Pending,
  type RoomView,
} from './room-view.js';
import { liveReply, reply, update, userMessage } from './testing.js';

type Messages = ReturnType<typeof reply>[];
const viewOf = (...messages: Messages): RoomView => withNewest(emptyView, messages.toReversed(), null);
const ids = (view: RoomView) => shownMessages(view).map(({ id }) => id);
const conversation = () => viewOf(userMessage(1), reply(2, 1), userMessage(3), reply(4, 3));
const failedAgain = reply(5, 3, { status: 'failed', siblings: { index: 2, count: 2 } });

const draft = { roomId: 'room', content: 'message 1', key: 'key-1', writtenAt: 0 };
const pending: Pending = { draft, state: 'sending', error: null, isResumed: false };

it('a message that the server has taken is shown once: as its own, not as pending', () => {
  const sending = withPending(emptyView, pending);
  const view = withUpdate(sending, update({ message: userMessage(1), replyId: 'r2' }), draft);
  expect(view.pending).toEqual([]);
  expect(view.messages.map(({ id }) => id)).toEqual(['m1', 'r2']);
  expect(view.messages[1]).toMatchObject({ role: 'model', in_reply_to: 'm1', completed_at: null });
});

it('a reply grows, and its end replaces what its stream told', () => {
  const sent = viewOf(userMessage(1), liveReply(2, 1));
  const growing = withUpdate(
    sent,
    update({ replyId: 'r2', status: 'streaming', attempt: 1, text: 'Because' }),
  );
  expect(growing.live['r2']).toEqual({
    status: 'streaming',
    attempt: 1,
    text: 'Because',
    nextAttemptAt: null,
  });
  const end = withUpdate(growing, update({ replyId: 'r2', reply: reply(2, 1, { content: 'Because.' }) }));
  expect([end.live, end.messages[1]!.content, firstLive(end)]).toEqual([{}, 'Because.', undefined]);
});

it('the newest page continues what is loaded, and the cursor of the earlier messages stays', () => {
  const loaded = withEarlier(
    withNewest(emptyView, [reply(4, 3), userMessage(3)], 'c1'),
    [reply(2, 1), userMessage(1)],
    'c2',
  );
  const view = withNewest(loaded, [reply(6, 5), userMessage(5), reply(4, 3)], 'c3');
  expect([ids(view), view.cursor]).toEqual([['m1', 'r2', 'm3', 'r4', 'm5', 'r6'], 'c2']);
});

it('another branch replaces the messages after the fork; one from before what is loaded replaces all', () => {
  const edited = userMessage(5, 'other', { parent_id: 'r2' });
  expect(ids(withNewest(conversation(), [reply(6, 5), edited], 'c1'))).toEqual(['m1', 'r2', 'm5', 'r6']);
  const elsewhere = withNewest(conversation(), [reply(8, 7), userMessage(7)], 'c1');
  expect([ids(elsewhere), elsewhere.cursor]).toEqual([['m7', 'r8'], 'c1']);
});

it('a page of earlier messages that was asked for on another branch is left out', () => {
  const view = withNewest(emptyView, [reply(6, 5), userMessage(5)], 'c1');
  expect(withEarlier(view, [reply(2, 1), userMessage(1)], null)).toBe(view);
});

it('an accepted edit and its reply take the place of the message and of all that came after it', () => {
  const edited = userMessage(5, 'other', { parent_id: null, siblings: { index: 2, count: 2 } });
  const view = withUpdate(conversation(), update({ message: edited, replyId: 'r6' }), draft);
  expect([ids(view), firstLive(view)?.id]).toEqual([['m5', 'r6'], 'r6']);
});

it('another answer takes the place of the first; a replayed message whose reply is shown changes nothing', () => {
  const view = withUpdate(conversation(), update({ message: userMessage(1), replyId: 'r5' }));
  expect(ids(view)).toEqual(['m1', 'r5']);
  expect(ids(withUpdate(conversation(), update({ message: userMessage(1), replyId: 'r2' })))).toEqual([
    'm1',
    'r2',
    'm3',
    'r4',
  ]);
});

it('another answer that fails is shown although the room goes back to the first, until something newer comes', () => {
  const begun = withUpdate(conversation(), update({ message: userMessage(3), replyId: 'r5' }));
  const failed = withUpdate(begun, update({ replyId: 'r5', reply: failedAgain }));
  const back = withNewest(failed, [reply(4, 3), userMessage(3), reply(2, 1), userMessage(1)], null);
  expect([ids(failed), ids(back)]).toEqual([
    ['m1', 'r2', 'm3', 'r5'],
    ['m1', 'r2', 'm3', 'r5'],
  ]);
  const newer = withNewest(
    back,
    [reply(7, 6), userMessage(6, 'six', { parent_id: 'r4' }), reply(4, 3)],
    null,
  );
  expect(ids(newer)).toEqual(['m1', 'r2', 'm3', 'r4', 'm6', 'r7']);
});

it('a reply of another branch that ends is not added to the conversation', () => {
  const view = withUpdate(conversation(), update({ replyId: 'r9', reply: reply(9, 7) }));
  expect([ids(view), view.live]).toEqual([['m1', 'r2', 'm3', 'r4'], {}]);
});

it('feedback is set on the reply that is shown', () => {
  const feedback = { rating: 'up', tags: [], comment: null };
  const view = withFeedback(conversation(), 'r4', feedback);
  expect(view.messages.map((message) => message.feedback)).toEqual([null, null, null, feedback]);
});

it('a message that was found in the store is shown as waiting without a connection, and not while it is sent', () => {
  const view = withPending(emptyView, { ...pending, isResumed: true });
  expect(shownPending(view, true)).toEqual([]);
  expect(shownPending(view, false).map(({ state }) => state)).toEqual(['waiting']);
});

it('a second state of a draft takes the place of the first', () => {
  const view = withPending(withPending(emptyView, pending), { ...pending, state: 'waiting' });
  expect(view.pending.map(({ state }) => state)).toEqual(['waiting']);
});

it('of two live replies the earlier one is written first', () => {
  const view = viewOf(userMessage(1), liveReply(2, 1), userMessage(3), liveReply(4, 3));
  expect(firstLive(view)?.id).toBe('r2');
});
