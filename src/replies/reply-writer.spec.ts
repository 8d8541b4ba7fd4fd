import type { Claim } from '../messages/replies/claim.js';
import type { ReplyLifecycle } from '../messages/replies/reply-lifecycle.service.js';
import type { TextPublisher } from '../platform/stream/text-publisher.js';
import { ReplyWriter } from './reply-writer.js';

function open() {
  const told: [start: number, text: string][] = [];
  const dropped: [streamId: string, attempt: number][] = [];
  const publisher = {
    write: ({ start, text }: { start: number; text: string }) => told.push([start, text]),
    drop: (streamId: string, attempt: number) => dropped.push([streamId, attempt]),
  };
  const text = new ReplyWriter(
    {} as ReplyLifecycle,
    publisher as unknown as TextPublisher,
    { id: 'r', attempt: 1 } as Claim,
    new AbortController(),
    () => undefined,
  );
  text.stop();
  return { told, dropped, text };
}

it('a character that the model splits is published whole', () => {
  const { told, text } = open();
  for (const piece of ['a\ud83d', '\ude00b', '\ud83d']) text.append(piece);
  expect(told).toEqual([
    [0, ''],
    [0, 'a'],
    [1, '😀b'],
  ]);
  expect(text.text).toBe('a😀b');
});

it('a lone surrogate is replaced before it is published', () => {
  const { told, text } = open();
  for (const piece of ['\ude00a', '\ud83d', 'b']) text.append(piece);
  expect(text.text).toBe('\ufffda\ufffdb');
  expect(told.map(([, one]) => one).join('')).toBe(text.text);
});

it('a text that settles drops its unpublished pieces: the final row has them', async () => {
  const { dropped, text } = open();
  await text.settle();
  expect(dropped).toEqual([['r', 1]]);
});
