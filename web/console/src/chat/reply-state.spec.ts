import { replyState } from './reply-state.js';
import { liveReply, reply } from './testing.js';

const live = { text: '', status: 'streaming', attempt: 1, nextAttemptAt: null };

it('a stream that is opened again does not take the text away that was read', () => {
  const read = liveReply(2, 1, { content: 'Because of' });
  expect(replyState(read, live).text).toBe('Because of');
  expect(replyState(read, { ...live, text: 'Bec' }).text).toBe('Because of');
  expect(replyState(read, { ...live, text: 'Because of Rayleigh' }).text).toBe('Because of Rayleigh');
});

it('a new attempt begins without the text of the one before', () => {
  const read = liveReply(2, 1, { content: 'Because of' });
  expect(replyState(read, { ...live, attempt: 2 }).text).toBe('');
});

it('a retry of a failed reply is live again', () => {
  const failed = reply(2, 1, { status: 'failed', content: '' });
  expect(replyState(failed, { ...live, status: 'queued', attempt: 0 })).toMatchObject({
    kind: 'queued',
    isLive: true,
  });
});

it.each(['completed', 'truncated', 'blocked', 'stopped', 'failed'])('%s is an end', (status) => {
  expect(replyState(reply(2, 1, { status }), undefined)).toMatchObject({ kind: status, isLive: false });
});

it('a state of a later version is live while the reply has no end, and an end then', () => {
  expect(replyState(liveReply(2, 1, { status: 'thinking' }), undefined).kind).toBe('streaming');
  expect(replyState(reply(2, 1, { status: 'archived' }), undefined).kind).toBe('completed');
});
