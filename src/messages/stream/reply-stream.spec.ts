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

/** What was sent, without status: `event id`. */
function sent(stream: ReplyStream): string[] {
  const text = String(stream.body.read() ?? '');
  return text
    .split('\n\n')
    .map((block) => [/^event: (.*)$/m.exec(block)?.[1], /^id: (.*)$/m.exec(block)?.[1]].join(' ').trim())
    .filter((event) => event !== '' && event !== 'status');
}
const at = (attempt: number, offset: number) => new ReplyStream(OWNER, { attempt, offset }, () => undefined);

it.each([
  ['goes on where the reader is', at(1, 2), row('abcd'), ['delta 1-4']],
  ['begins anew with another attempt', at(1, 2), row('xy', { attempt: 2 }), ['reset 2-0', 'delta 2-2']],
  ['begins anew between the halves of a character', at(1, 1), row('😀'), ['reset 1-0', 'delta 1-2']],
  ['waits where the reader knows more than the row', at(1, 9), row('abcd'), []],
  [
    'begins anew past the end of a final text',
    at(1, 9),
    row('abcd', FINAL),
    ['reset 1-0', 'delta 1-4', 'done 1-end'],
  ],
  [
    'takes back what a failed reply had shown',
    at(1, 4),
    row('', { ...FINAL, status: 'failed' }),
    ['reset 1-0', 'done 1-end'],
  ],
  ['ends at once where all is read', at(1, 4), row('abcd', FINAL), ['done 1-end']],
])('%s', (_, stream, message, expected) => {
  stream.show(new ReplySnapshot(message));
  expect(sent(stream)).toEqual(expected);
});

it('no text can forge an event', () => {
  const stream = new ReplyStream(OWNER, null, () => undefined);
  stream.show(new ReplySnapshot(row('a\r\n\r\nevent: done\ndata: {}\n\n\u2028b')));
  expect(sent(stream)).toEqual([
    'reset 1-0',
    'delta 1-30'.replace('30', String('a\r\n\r\nevent: done\ndata: {}\n\n\u2028b'.length)),
  ]);
});

it('a reader who does not read is dropped', () => {
  let closed = 0;
  const stream = new ReplyStream(OWNER, null, () => (closed += 1));
  const reply = new ReplySnapshot(row(''));
  for (let nth = 0; nth < 40 && !stream.body.destroyed; nth += 1) {
    reply.takePiece({ streamId: 'r', attempt: 1, start: reply.text.length, text: 'x'.repeat(50_000) });
    stream.show(reply);
  }
  expect(stream.body.destroyed).toBe(true);
  return new Promise((resolve) => setImmediate(resolve)).then(() => expect(closed).toBe(1));
});

it('after its end nothing more is sent, and nothing breaks', () => {
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

/** The data of each event that was sent. */
const told = (stream: ReplyStream) =>
  [...String(stream.body.read() ?? '').matchAll(/^data: (.*)$/gm)].map(
    ([, json]) => JSON.parse(json!) as Record<string, unknown>,
  );

it('tells the state first, the text, and at the end the whole message', () => {
  const stream = new ReplyStream(OWNER, null, () => undefined);
  stream.show(new ReplySnapshot(row('ab', FINAL)));
  expect(told(stream)).toEqual([
    { type: 'status', status: 'completed', attempt: 1, next_attempt_at: null },
    { type: 'reset', attempt: 1 },
    { type: 'delta', text: 'ab' },
    expect.objectContaining({ type: 'done', content: 'ab', status: 'completed' }),
  ]);
});

it('tells the state again when it has changed, and only then', () => {
  const stream = at(1, 0);
  const reply = new ReplySnapshot(row('', { status: 'retrying', nextAttemptAt: new Date(0) }));
  stream.show(reply);
  stream.show(reply);
  expect(told(stream)).toEqual([
    { type: 'status', status: 'retrying', attempt: 1, next_attempt_at: '1970-01-01T00:00:00.000Z' },
  ]);
  reply.takePiece({ streamId: 'r', attempt: 1, start: 0, text: 'a' });
  stream.show(reply);
  expect(told(stream)).toEqual([
    { type: 'status', status: 'streaming', attempt: 1, next_attempt_at: null },
    { type: 'delta', text: 'a' },
  ]);
});

it('goes on from piece to piece: each event is where its text ends', () => {
  const stream = new ReplyStream(OWNER, null, () => undefined);
  const reply = new ReplySnapshot(row(''));
  for (const text of ['ab', '', 'cde']) {
    reply.takePiece({ streamId: 'r', attempt: 1, start: reply.text.length, text });
    stream.show(reply);
  }
  expect(sent(stream)).toEqual(['reset 1-0', 'delta 1-2', 'delta 1-5']);
});

it.each<[string, Position, string, string[]]>([
  [
    'begins at the start where it says that it knows the end',
    { attempt: 1, offset: 'end' },
    'ab',
    ['reset 1-0', 'delta 1-2'],
  ],
  ['goes on behind a pair', { attempt: 1, offset: 2 }, '😀b', ['delta 1-3']],
  ['goes on before a pair', { attempt: 1, offset: 1 }, 'a😀', ['delta 1-3']],
  ['goes on within what only looks like a pair', { attempt: 1, offset: 1 }, 'a\udc00', ['delta 1-2']],
  ['goes on within what only looks like a pair', { attempt: 1, offset: 1 }, '\ud800b', ['delta 1-2']],
  [
    'begins anew within the first pair that there is',
    { attempt: 1, offset: 1 },
    '\ud800\udc00',
    ['reset 1-0', 'delta 1-2'],
  ],
  [
    'begins anew within the last pair that there is',
    { attempt: 1, offset: 1 },
    '\udbff\udfff',
    ['reset 1-0', 'delta 1-2'],
  ],
  ['goes on beside a pair', { attempt: 1, offset: 1 }, '\ud7ff\udc00', ['delta 1-2']],
  ['goes on beside a pair', { attempt: 1, offset: 1 }, '\udc00\udc00', ['delta 1-2']],
  ['goes on beside a pair', { attempt: 1, offset: 1 }, '\ud800\ue000', ['delta 1-2']],
  ['goes on beside a pair', { attempt: 1, offset: 1 }, '\ud800\udbff', ['delta 1-2']],
])('a reader %s', (_, from, content, expected) => {
  const stream = new ReplyStream(OWNER, from, () => undefined);
  stream.show(new ReplySnapshot(row(content)));
  expect(sent(stream)).toEqual(expected);
});

it('a stream that is done is closed', async () => {
  const stream = at(1, 2);
  stream.show(new ReplySnapshot(row('ab', FINAL)));
  let text = '';
  for await (const chunk of stream.body) text += String(chunk);
  expect(text).toMatch(/event: done\n.*\n\n$/);
});
