import { jest } from '@jest/globals';
import type { Queue } from 'bullmq';
import { SystemClock } from '../clock/clock.js';
import type { Config } from '../config/config.js';
import { MOST_WAITING, Outbox } from './outbox.js';
import type { OutgoingEventsRepository } from './outgoing-events.repository.js';

it('no job is added while many wait: the rows are the outbox, and the sweeper adds their jobs later', async () => {
  const queue = { name: 'deliveries', waiting: MOST_WAITING - 1, added: [] as string[] };
  const asQueue = {
    ...queue,
    getJobCounts: () => Promise.resolve({ waiting: queue.waiting }),
    add: (_: string, __: object, { jobId }: { jobId: string }) => Promise.resolve(queue.added.push(jobId)),
  };
  const config = { events: { types: ['reply.completed'] } } as unknown as Config;
  const outbox = new Outbox(
    {} as OutgoingEventsRepository,
    asQueue as unknown as Queue,
    new SystemClock(),
    config,
  );
  const now = jest.spyOn(performance, 'now');
  now.mockReturnValue(10_000);
  await outbox.wake('one');
  queue.waiting = MOST_WAITING;
  now.mockReturnValue(11_001);
  await outbox.wake('two');
  queue.waiting = 0;
  await outbox.wake('three');
  now.mockReturnValue(12_002);
  await outbox.wake('four');
  expect(queue.added).toEqual(['one', 'four']);
  now.mockRestore();
});
