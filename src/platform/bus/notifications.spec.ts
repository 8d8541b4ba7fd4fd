import type { Database } from '../database/database.js';
import { Notifications } from './notifications.js';

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
