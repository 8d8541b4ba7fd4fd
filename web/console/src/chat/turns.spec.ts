import { liveReply, reply, userMessage } from './testing.js';
import { shownIndex, turnsOf } from './turns.js';

it('replies to one message are siblings, wherever they stand in the room', () => {
  const turns = turnsOf([userMessage(1), reply(2, 1), userMessage(3), reply(4, 3), reply(5, 1)]);
  expect(turns.map(({ message, replies }) => [message.id, replies.map(({ id }) => id)])).toEqual([
    ['m1', ['r2', 'r5']],
    ['m3', ['r4']],
  ]);
});

it('a reply whose message is on an earlier page waits for it', () => {
  expect(turnsOf([reply(2, 1), userMessage(3)]).map(({ message }) => message.id)).toEqual(['m3']);
});

const shown = (replies: ReturnType<typeof reply>[], chosen?: string) =>
  shownIndex({ message: userMessage(1), replies }, chosen);

it('the conversation goes on from the active reply, so it is shown', () => {
  expect(shown([reply(2, 1), reply(3, 1, { active: false, status: 'failed' })])).toBe(0);
});

it('a reply that is being made is shown before the active one', () => {
  expect(shown([reply(2, 1), liveReply(3, 1, { active: false })])).toBe(1);
});

it('a person may page to any of them', () => {
  expect(shown([reply(2, 1, { active: false }), liveReply(3, 1)], 'r2')).toBe(0);
});

it('where all have failed the newest is shown', () => {
  const failed = { active: false, status: 'failed' };
  expect(shown([reply(2, 1, failed), reply(3, 1, failed)])).toBe(1);
});

it('a choice that is no more is forgotten', () => {
  expect(shown([reply(2, 1)], 'gone')).toBe(0);
});
