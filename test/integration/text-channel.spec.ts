import { randomUUID } from 'node:crypto';
import { Redis } from '../../src/platform/redis/redis.js';
import { RedisChannel } from '../../src/platform/stream/redis-channel.js';
import type { TextPiece } from '../../src/platform/stream/text-piece.js';
import { eventually } from '../support/eventually.js';
import { OwnRedis } from '../support/own-redis.js';

describe('texts through Redis', () => {
  let server: OwnRedis;
  let redis: Redis;
  let channel: RedisChannel;
  beforeAll(async () => {
    server = await OwnRedis.start();
    redis = new Redis(server.url);
    await redis.onModuleInit();
    channel = new RedisChannel(redis);
  });
  afterAll(async () => {
    channel.onApplicationShutdown();
    redis.onApplicationShutdown();
    await server.close();
  });

  /** Says something until it was heard several times: the first may have been heard in passing. */
  const isHeard = (streamId: string, heard: TextPiece[]) =>
    eventually(async () => {
      await channel.publish([{ streamId, attempt: 1, start: 0, text: 'word' }]);
      return heard.length > 3;
    });

  it('reach every follower, also right after the previous one left', async () => {
    const streamId = randomUUID();
    const [first, second]: [TextPiece[], TextPiece[]] = [[], []];
    await channel.follow(streamId, (piece) => first.push(piece));
    await isHeard(streamId, first);
    channel.unfollow(streamId);
    await channel.follow(streamId, (piece) => second.push(piece));
    await isHeard(streamId, second);
  });

  it('are not heard by who has left', async () => {
    const streamId = randomUUID();
    const heard: TextPiece[] = [];
    await channel.follow(streamId, (piece) => heard.push(piece));
    await isHeard(streamId, heard);
    channel.unfollow(streamId);
    await eventually(
      () => followers(streamId),
      (count) => count === 0,
    );
  });

  const followers = async (streamId: string) =>
    (await redis.command<[string, number]>('PUBSUB', 'NUMSUB', `{chat}:text:${streamId}`))[1];
});
