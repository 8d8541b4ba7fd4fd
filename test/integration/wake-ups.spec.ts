import { RedisCarrier } from '../../src/platform/bus/wake-ups.js';
import { Redis } from '../../src/platform/redis/redis.js';
import { eventually } from '../support/eventually.js';
import { OwnRedis } from '../support/own-redis.js';

describe('wake-ups through Redis', () => {
  let server: OwnRedis;
  const links: Redis[] = [];
  const carriers: RedisCarrier[] = [];
  beforeAll(async () => {
    server = await OwnRedis.start();
  });
  afterAll(async () => {
    for (const carrier of carriers) carrier.close();
    for (const link of links) link.onApplicationShutdown();
    await server.close();
  });

  /** A process on a numbered database, and what it hears. */
  async function processOn(db: number): Promise<{ carrier: RedisCarrier; heard: string[] }> {
    const redis = new Redis(`${server.url}/${db}`);
    links.push(redis);
    await redis.onModuleInit();
    const heard: string[] = [];
    const carrier = new RedisCarrier(redis, (message) => heard.push(message));
    carriers.push(carrier);
    await eventually(() => carrier.isUp);
    return { carrier, heard };
  }

  it('reach every process of the deployment, and none of another one on the same server', async () => {
    const [sender, receiver, stranger] = [await processOn(1), await processOn(1), await processOn(2)];
    await sender.carrier.send(['one']);
    await stranger.carrier.send(['two']);
    await eventually(() => receiver.heard.length > 0 && stranger.heard.length > 0);
    expect([receiver.heard, stranger.heard]).toEqual([['one'], ['two']]);
  });
});
