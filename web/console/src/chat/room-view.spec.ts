import { emptyView, firstLive, withMessages, withPending, withUpdate, type Pending } from './room-view.js';
import { liveReply, reply, update, userMessage } from './testing.js';

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
  const sent = withMessages(emptyView, [userMessage(1), liveReply(2, 1)]);
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

it('pages that overlap show each message once, in order of acceptance', () => {
  const newest = withMessages(emptyView, [reply(4, 3), userMessage(3), reply(2, 1)]);
  const view = withMessages(newest, [reply(2, 1), userMessage(1)]);
  expect(view.messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
});

it('a second state of a draft takes the place of the first', () => {
  const view = withPending(withPending(emptyView, pending), { ...pending, state: 'waiting' });
  expect(view.pending.map(({ state }) => state)).toEqual(['waiting']);
});

it('of two live replies the earlier one is written first', () => {
  const view = withMessages(emptyView, [liveReply(4, 3), userMessage(3), liveReply(2, 1), userMessage(1)]);
  expect(firstLive(view)?.id).toBe('r2');
});
