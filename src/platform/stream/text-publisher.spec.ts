import { jest } from '@jest/globals';
import type { TextChannel } from './text-channel.js';
import type { TextPiece } from './text-piece.js';
import { TextPublisher } from './text-publisher.js';

afterEach(() => {
  jest.useRealTimers();
});

it('pieces of a text that is about to be final are not published any more, those of others are', async () => {
  jest.useFakeTimers();
  const published: TextPiece[] = [];
  const channel = { publish: async (pieces: TextPiece[]) => void published.push(...pieces) };
  const publisher = new TextPublisher(channel as unknown as TextChannel);
  const piece = (streamId: string) => ({ streamId, attempt: 1, start: 0, text: 'word' });
  for (const streamId of ['ended', 'other']) publisher.write(piece(streamId));
  publisher.drop('ended');
  await jest.advanceTimersByTimeAsync(20);
  publisher.write(piece('ended'));
  publisher.drop('ended');
  await jest.advanceTimersByTimeAsync(20);
  publisher.write(piece('next'));
  await jest.advanceTimersByTimeAsync(20);
  expect(published.map(({ streamId }) => streamId)).toEqual(['other', 'next']);
});
