import { Redis } from 'ioredis';
import { doctor, failuresOf, findingOf } from '../support/doctor.js';
import { newDatabase } from '../support/processes.js';
import { OwnRedis } from '../support/own-redis.js';

describe('npm run doctor', () => {
  let redis: OwnRedis;
  let client: Redis;
  let DATABASE_URL: string;
  beforeAll(async () => {
    redis = await OwnRedis.start();
    client = new Redis(redis.url);
    DATABASE_URL = await newDatabase();
  });
  afterAll(async () => {
    client.disconnect();
    await redis.close();
  });
  const run = (REDIS_URL = redis.url) => doctor({ DATABASE_URL, REDIS_URL });

  it('finds Redis in order and leaves no key behind', async () => {
    const report = await run();
    expect(failuresOf(report)).toEqual([]);
    const checks = [
      'connection',
      'topology',
      'version',
      'append-only file',
      'eviction',
      'round trip',
      'queue client',
      'clock',
    ];
    for (const check of checks) expect([check, ...findingOf(report, 'Redis', check)]).toEqual([check, 'ok']);
    expect(await client.dbsize()).toBe(0);
  });

  it('sees a Redis without an append-only file, and one that evicts jobs', async () => {
    await client.config('SET', 'appendonly', 'no');
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const report = await run();
    expect(findingOf(report, 'Redis', 'append-only file')).toEqual(['warning']);
    expect(failuresOf(report)).toEqual(['Redis: eviction']);
  });

  it('names the reason when Redis cannot be reached or refuses the password', async () => {
    expect(failuresOf(await run('redis://127.0.0.1:1'))).toEqual(['Redis: connection']);
    await client.config('SET', 'requirepass', 'k3VtYw9mXcR5');
    const report = await run(redis.url.replace('redis://', 'redis://:wrong-password@'));
    expect(failuresOf(report)).toEqual(['Redis: connection']);
    expect(report.output).toContain('user or password are refused');
    expect(report.output).not.toContain('wrong-password');
  });
});
