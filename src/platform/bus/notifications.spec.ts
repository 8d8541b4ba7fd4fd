import { jest } from '@jest/globals';
import type { Database } from '../database/database.js';
import { Notifications } from './notifications.js';

afterEach(() => jest.useRealTimers());

it('notifications of one event-loop turn are one statement, in their order; those of the next are another', async () => {
  const runs: object[] = [];
  const database = { run: async (_: object, parameters: object) => runs.push(parameters) };
  const notifications = new Notifications(database as unknown as Database);
  await Promise.all([
    notifications.send('texts', ['a', 'b']),
    notifications.send('bus', ['final']),
    notifications.send('texts', ['c']),
  ]);
  await notifications.send('bus', ['later']);
  expect(runs).toEqual([
    { channels: ['texts', 'texts', 'bus', 'texts'], messages: ['a', 'b', 'final', 'c'] },
    { channels: ['bus'], messages: ['later'] },
  ]);
});

it('notifications that come while a statement runs wait for its end, also when it fails', async () => {
  const runs: { messages: string[]; fail: (error: Error) => void }[] = [];
  const database = {
    run: (_: object, { messages }: { messages: string[] }) =>
      new Promise((_, fail) => runs.push({ messages, fail })),
  };
  const notifications = new Notifications(database as unknown as Database);
  const first = notifications.send('bus', ['first']);
  await turn();
  void notifications.send('bus', ['second']);
  await turn();
  void notifications.send('texts', ['third']);
  await turn();
  expect(runs.map(({ messages }) => messages)).toEqual([['first']]);
  runs[0]!.fail(new Error('connection lost'));
  await expect(first).rejects.toThrow('connection lost');
  await turn();
  expect(runs.map(({ messages }) => messages)).toEqual([['first'], ['second', 'third']]);
});

it('a statement that does not end delays the next one for a second', async () => {
  jest.useFakeTimers();
  const runs: string[][] = [];
  const database = {
    run: (_: object, { messages }: { messages: string[] }) => {
      runs.push(messages);
      return new Promise(() => undefined);
    },
  };
  const notifications = new Notifications(database as unknown as Database);
  void notifications.send('bus', ['first']);
  await jest.advanceTimersByTimeAsync(0);
  void notifications.send('bus', ['second']);
  await jest.advanceTimersByTimeAsync(990);
  expect(runs).toEqual([['first']]);
  await jest.advanceTimersByTimeAsync(20);
  expect(runs).toEqual([['first'], ['second']]);
});

/** After the immediates that are waiting now, and what their promises do. */
const turn = () => new Promise((resolve) => setImmediate(resolve));
