import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../clock/clock.js';
import type { Database } from '../database/database.js';
import { IdempotencyKeys } from './idempotency-keys.service.js';
import type { IdempotencyRepository } from './idempotency.repository.js';

const REQUEST = { key: 'key-1', fingerprint: Buffer.from('the request') };

/** Keys of which one request is running: `found` has its resource once it has ended. */
function whileOneRuns() {
  const found = { resourceId: null as string | null };
  const repository = {
    find: () => Promise.resolve(found.resourceId),
    claim: () => Promise.resolve(true),
  } as unknown as IdempotencyRepository;
  const clock: Clock = { now: () => new Date() };
  const keys = new IdempotencyKeys(repository, {} as Database, clock);
  let end!: (resourceId: string) => void;
  const work = new Promise<string>((resolve) => (end = resolve));
  return { keys, found, running: keys.onceRepeatable('user-1', REQUEST, () => work), end };
}

/** Lets everything run that waits for no timer. */
const idle = () => new Promise((resolve) => setImmediate(resolve));

describe('a request that a limit refuses, while an equal one runs', () => {
  it('waits for it, and is a replay', async () => {
    const { keys, found, running, end } = whileOneRuns();
    await idle();
    const answer = keys.isReplay('user-1', REQUEST);
    let isAnswered = false;
    void answer.then(() => (isAnswered = true));
    // Longer than the wait for a request of another process.
    await pause(300);
    expect(isAnswered).toBe(false);
    found.resourceId = 'reply-1';
    end('reply-1');
    expect(await answer).toBe(true);
    expect(await running).toEqual({ resourceId: 'reply-1', replayed: false });
  });

  it('is no replay where that one failed', async () => {
    const { keys, running, end } = whileOneRuns();
    await idle();
    const answer = keys.isReplay('user-1', REQUEST);
    await idle();
    end('never kept');
    await running;
    expect(await answer).toBe(false);
  });

  it('does not wait for another key, or for the same key of another user', async () => {
    const { keys } = whileOneRuns();
    await idle();
    expect(await keys.isReplay('user-1', { ...REQUEST, key: 'key-2' })).toBe(false);
    expect(await keys.isReplay('user-2', REQUEST)).toBe(false);
  });
});
