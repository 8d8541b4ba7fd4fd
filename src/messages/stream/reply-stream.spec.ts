import type { Message } from '../message.entity.js';
import type { Position } from './event-id.js';
import { ReplySnapshot } from './reply-snapshot.js';
import { ReplyStream } from './reply-stream.js';

const OWNER = { sessionId: 's', chatroomId: 'c' };
const row = (content: string, more: Partial<Message> = {}) =>
  ({
    attempt: 1,
    content,
    status: 'streaming',
    nextAttemptAt: null,
    completedAt: null,
    createdAt: new Date(0),
    promptTokens: null,
    errorCode: null,
    ...more,
  }) as Message;
const FINAL = { completedAt: new Date(0), status: 'completed' } as const;

/** The sent events without status: `event id`. */
function sent(stream: ReplyStream): string[] {
  const text = String(stream.body.read() ?? '');
  return text
    .split('\n\n')
    .map((block) => [/^event: (.*)$/m.exec(block)?.[1], /^id: (.*)$/m.exec(block)?.[1]].join(' ').trim())
    .filter((event) => event !== '' && event !== 'status');
}
const at = (attempt: number, offset: number) => new ReplyStream(OWNER, { attempt, offset }, () => undefined);

it.each([
  ['resumes at the position of the reader', at(1, 2), row('abcd'), ['delta 1-4']],
  ['resets with another attempt', at(1, 2), row('xy', { attempt: 2 }), ['reset 2-0', 'delta 2-2']],
  ['resets between the halves of a character', at(1, 1), row('😀'), ['reset 1-0', 'delta 1-2']],
  ['waits while the reader has more than the row', at(1, 9), row('abcd'), []],
  [
    'resets beyond the end of a final text',
    at(1, 9),
    row('abcd', FINAL),
    ['reset 1-0', 'delta 1-4', 'done 1-end'],
  ],
  [
    'resets the text of a failed reply',
    at(1, 4),
    row('', { ...FINAL, status: 'failed' }),
    ['reset 1-0', 'done 1-end'],
  ],
  ['ends at once after all is read', at(1, 4), row('abcd', FINAL), ['done 1-end']],
])('%s', (_, stream, message, expected) => {
  stream.show(new ReplySnapshot(message));
  expect(sent(stream)).toEqual(expected);
});

it('a text cannot forge an event', () => {
  const stream = new ReplyStream(OWNER, null, () => undefined);
  stream.show(new ReplySnapshot(row('a\r\n\r\nevent: done\ndata: {}\n\n\u2028b')));
  expect(sent(stream)).toEqual([
    'reset 1-0',
    'delta 1-30'.replace('30', String('a\r\n\r\nevent: done\ndata: {}\n\n\u2028b'.length)),
  ]);
});

it('a client that does not read is disconnected', () => {
  let closed = 0;
  const stream = new ReplyStream(OWNER, null, () => (closed += 1));
  const reply = new ReplySnapshot(row(''));
  for (let nth = 0; nth < 40 && !stream.body.destroyed; nth += 1) {
    reply.applyPiece({ streamId: 'r', attempt: 1, start: reply.text.length, text: 'x'.repeat(50_000) });
    stream.show(reply);
  }
  expect(stream.body.destroyed).toBe(true);
  return new Promise((resolve) => setImmediate(resolve)).then(() => expect(closed).toBe(1));
});

it('a stream sends nothing after its end', () => {
  const stream = at(1, 4);
  const broken: unknown[] = [];
  stream.body.on('error', (error) => broken.push(error));
  stream.show(new ReplySnapshot(row('abcd', FINAL)));
  stream.show(new ReplySnapshot(row('abcd', FINAL)));
  stream.body.leave();
  stream.body.send(': ping\n\n');
  expect(sent(stream)).toEqual(['done 1-end']);
  expect(broken).toEqual([]);
});

/** The data of each sent event. */
const told = (stream: ReplyStream) =>
  [...String(stream.body.read() ?? '').matchAll(/^data: (.*)$/gm)].map(
    ([, json]) => JSON.parse(json!) as Record<string, unknown>,
  );

it('a stream sends the status first, then the text, and the whole message at the end', () => {
  const stream = new ReplyStream(OWNER, null, () => undefined);
  stream.show(new ReplySnapshot(row('ab', FINAL)));
  expect(told(stream)).toEqual([
    { type: 'status', status: 'completed', attempt: 1, next_attempt_at: null },
    { type: 'reset', attempt: 1 },
    { type: 'delta', text: 'ab' },
    expect.objectContaining({ type: 'done', content: 'ab', status: 'completed' }),
  ]);
});

it('a stream sends the status again only after a change', () => {
  const stream = at(1, 0);
  const reply = new ReplySnapshot(row('', { status: 'retrying', nextAttemptAt: new Date(0) }));
  stream.show(reply);
  stream.show(reply);
  expect(told(stream)).toEqual([
    { type: 'status', status: 'retrying', attempt: 1, next_attempt_at: '1970-01-01T00:00:00.000Z' },
  ]);
  reply.applyPiece({ streamId: 'r', attempt: 1, start: 0, text: 'a' });
  stream.show(reply);
  expect(told(stream)).toEqual([
    { type: 'status', status: 'streaming', attempt: 1, next_attempt_at: null },
    { type: 'delta', text: 'a' },
  ]);
});

it('the id of each delta is the end of its text', () => {
  const stream = new ReplyStream(OWNER, null, () => undefined);
  const reply = new ReplySnapshot(row(''));
  for (const text of ['ab', '', 'cde']) {
    reply.applyPiece({ streamId: 'r', attempt: 1, start: reply.text.length, text });
    stream.show(reply);
  }
  expect(sent(stream)).toEqual(['reset 1-0', 'delta 1-2', 'delta 1-5']);
});

it.each<[string, Position, string, string[]]>([
  [
    'resets after the id of an end that is not reached',
    { attempt: 1, offset: 'end' },
    'ab',
    ['reset 1-0', 'delta 1-2'],
  ],
  ['resumes after a pair', { attempt: 1, offset: 2 }, '😀b', ['delta 1-3']],
  ['resumes before a pair', { attempt: 1, offset: 1 }, 'a😀', ['delta 1-3']],
  ['resumes within half a pair', { attempt: 1, offset: 1 }, 'a\udc00', ['delta 1-2']],
  ['resumes within half a pair', { attempt: 1, offset: 1 }, '\ud800b', ['delta 1-2']],
  [
    'resets within the first surrogate pair',
    { attempt: 1, offset: 1 },
    '\ud800\udc00',
    ['reset 1-0', 'delta 1-2'],
  ],
  [
    'resets within the last surrogate pair',
    { attempt: 1, offset: 1 },
    '\udbff\udfff',
    ['reset 1-0', 'delta 1-2'],
  ],
  ['resumes beside an incomplete pair', { attempt: 1, offset: 1 }, '\ud7ff\udc00', ['delta 1-2']],
  ['resumes beside an incomplete pair', { attempt: 1, offset: 1 }, '\udc00\udc00', ['delta 1-2']],
  ['resumes beside an incomplete pair', { attempt: 1, offset: 1 }, '\ud800\ue000', ['delta 1-2']],
  ['resumes beside an incomplete pair', { attempt: 1, offset: 1 }, '\ud800\udbff', ['delta 1-2']],
])('a reader %s', (_, from, content, expected) => {
  const stream = new ReplyStream(OWNER, from, () => undefined);
  stream.show(new ReplySnapshot(row(content)));
  expect(sent(stream)).toEqual(expected);
});

it('a stream closes after done', async () => {
  const stream = at(1, 2);
  stream.show(new ReplySnapshot(row('ab', FINAL)));
  let text = '';
  for await (const chunk of stream.body) text += String(chunk);
  expect(text).toMatch(/event: done\n.*\n\n$/);
});
