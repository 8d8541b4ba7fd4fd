import { jest } from '@jest/globals';
import type { TextChannel } from './text-channel.js';
import type { TextPiece } from './text-piece.js';
import { TextPublisher } from './text-publisher.js';

afterEach(() => {
  jest.useRealTimers();
});

function open() {
  const published: TextPiece[] = [];
  const channel = { publish: async (pieces: TextPiece[]) => void published.push(...pieces) };
  return { published, publisher: new TextPublisher(channel as unknown as TextChannel) };
}

it('pieces of a text that is about to be final are not published any more, those of others are', async () => {
  jest.useFakeTimers();
  const { published, publisher } = open();
  const piece = (streamId: string) => ({ streamId, attempt: 1, start: 0, text: 'word' });
  for (const streamId of ['ended', 'other']) publisher.write(piece(streamId));
  publisher.drop('ended', 1);
  await jest.advanceTimersByTimeAsync(20);
  publisher.write(piece('ended'));
  publisher.drop('ended', 1);
  await jest.advanceTimersByTimeAsync(20);
  publisher.write(piece('next'));
  await jest.advanceTimersByTimeAsync(20);
  expect(published.map(({ streamId }) => streamId)).toEqual(['other', 'next']);
});

it.each([
  ['an earlier attempt that ends', (publisher: TextPublisher) => publisher.drop('r', 1)],
  [
    'a late piece of an earlier attempt',
    (publisher: TextPublisher) => publisher.write({ streamId: 'r', attempt: 1, start: 4, text: 'old' }),
  ],
])('%s does not drop the pieces of the next attempt', async (_, act) => {
  jest.useFakeTimers();
  const { published, publisher } = open();
  const piece = { streamId: 'r', attempt: 2, start: 0, text: 'new' };
  publisher.write(piece);
  act(publisher);
  await jest.advanceTimersByTimeAsync(20);
  expect(published).toEqual([piece]);
});
