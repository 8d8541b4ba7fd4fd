import { reply, userMessage } from './testing.js';
import { turnsOf } from './turns.js';

const shown = (messages: ReturnType<typeof reply>[]) =>
  turnsOf(messages).map(({ message, reply: answer }) => [message.id, answer?.id]);

it('each message is shown with its reply', () => {
  expect(shown([userMessage(1), reply(2, 1), userMessage(3), userMessage(4), reply(5, 4)])).toEqual([
    ['m1', 'r2'],
    ['m3', undefined],
    ['m4', 'r5'],
  ]);
});

it('a reply whose message is on an earlier page waits for it', () => {
  expect(shown([reply(2, 1), userMessage(3)])).toEqual([['m3', undefined]]);
});

it('the forms of a message have one key', () => {
  const key = (id: string, parent: string | null) =>
    turnsOf([{ ...userMessage(3), id, parent_id: parent }])[0]!.key;
  expect([key('m3', 'r2'), key('m5', 'r2'), key('m1', null), key('m7', null)]).toEqual([
    'r2',
    'r2',
    'first',
    'first',
  ]);
});
