import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { EventStreamBody } from './event-stream.js';

const MB = 1024 * 1024;
const unread = () => new EventStreamBody(() => undefined);
const isOpen = async (body: EventStreamBody) => {
  await turn();
  return !body.destroyed;
};

it('what is said at once is said whole, however long it is', async () => {
  const body = unread();
  for (let part = 0; part < 3; part += 1) body.send('x'.repeat(5 * MB));
  body.end();
  expect(await isOpen(body)).toBe(true);
  let bytes = 0;
  for await (const chunk of body) bytes += (chunk as Buffer).length;
  expect(bytes).toBeGreaterThan(15 * MB);
});

it('also where it is many parts of a middling length', async () => {
  const body = unread();
  for (let part = 0; part < 3; part += 1) body.send('x'.repeat(MB / 4 - 1));
  body.send('done');
  expect(await isOpen(body)).toBe(true);
});

it('who does not read a long part is dropped for what piles up behind it', async () => {
  const body = unread();
  body.send('x'.repeat(5 * MB));
  for (let nth = 0; nth < 100; nth += 1) body.send('y'.repeat(10_000));
  expect(await isOpen(body)).toBe(true);
  for (let nth = 0; nth < 10; nth += 1) body.send('y'.repeat(10_000));
  expect(await isOpen(body)).toBe(false);
});

it('who has read a long part has the same patience as before', async () => {
  const body = unread();
  body.send('x'.repeat(5 * MB));
  body.on('data', () => undefined);
  await once(body, 'data');
  body.removeAllListeners('data').pause();
  for (let nth = 0; nth < 110; nth += 1) body.send('y'.repeat(10_000));
  expect(await isOpen(body)).toBe(false);
});
