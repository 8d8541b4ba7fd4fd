import { jest } from '@jest/globals';
import type { TextChannel } from './text-channel.js';
import type { TextPiece } from './text-piece.js';
import { TextPublisher } from './text-publisher.js';

afterEach(() => {
  jest.useRealTimers();
});

/** @param answered until which the channel does not answer */
function open(answered = Promise.resolve()) {
  const published: TextPiece[] = [];
  const channel = {
    publish: (pieces: TextPiece[]) => {
      published.push(...pieces);
      return answered;
    },
  };
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

it('the first words of a text do not wait for the next batch, later ones do', async () => {
  jest.useFakeTimers();
  const { published, publisher } = open();
  const write = (streamId: string, start: number, text: string) =>
    publisher.write({ streamId, attempt: 1, start, text });
  write('first', 0, 'Hello');
  await jest.advanceTimersByTimeAsync(0);
  write('first', 5, ' world');
  await jest.advanceTimersByTimeAsync(1);
  expect(published.map(({ text }) => text)).toEqual(['Hello']);
  // They take along what waits.
  write('second', 0, '');
  write('second', 0, 'Yes');
  await jest.advanceTimersByTimeAsync(0);
  expect(published.map(({ text }) => text)).toEqual(['Hello', ' world', 'Yes']);
  await jest.advanceTimersByTimeAsync(20);
  expect(published).toHaveLength(3);
});

it('a text that is complete within the event-loop turn of its first words is not published', async () => {
  jest.useFakeTimers();
  const { published, publisher } = open();
  publisher.write({ streamId: 'r', attempt: 1, start: 0, text: 'Yes.' });
  publisher.drop('r', 1);
  await jest.advanceTimersByTimeAsync(20);
  expect(published).toEqual([]);
});

it('while the channel does not answer nothing more is sent; first words leave when it has answered', async () => {
  jest.useFakeTimers();
  let answer = () => undefined as void;
  const { published, publisher } = open(new Promise<void>((resolve) => (answer = resolve)));
  const write = (streamId: string) => publisher.write({ streamId, attempt: 1, start: 0, text: 'Yes' });
  write('first');
  await jest.advanceTimersByTimeAsync(0);
  write('second');
  await jest.advanceTimersByTimeAsync(100);
  expect(published.map(({ streamId }) => streamId)).toEqual(['first']);
  answer();
  await jest.advanceTimersByTimeAsync(0);
  expect(published.map(({ streamId }) => streamId)).toEqual(['first', 'second']);
});

it('pieces that wait for a channel that does not answer are bounded; the row has their text', async () => {
  jest.useFakeTimers();
  let answer = () => undefined as void;
  const { published, publisher } = open(new Promise<void>((resolve) => (answer = resolve)));
  for (let nth = 0; nth < 1500; nth += 1) {
    publisher.write({ streamId: `r${nth}`, attempt: 1, start: 0, text: 'Yes' });
    if (nth === 0) await jest.advanceTimersByTimeAsync(0);
  }
  answer();
  await jest.advanceTimersByTimeAsync(100);
  expect(published.length).toBeLessThan(1000);
});
