import { Global, Module } from '@nestjs/common';
import { Bus } from '../bus/bus.js';
import { REDIS } from '../redis/redis.module.js';
import type { Redis } from '../redis/redis.js';
import { PostgresChannel } from './postgres-channel.js';
import { RedisChannel } from './redis-channel.js';
import { TextChannel } from './text-channel.js';
import { TextPublisher } from './text-publisher.js';

/** The stream channel from workers to readers, through Redis where there is one. */
@Global()
@Module({
  providers: [
    {
      provide: TextChannel,
      inject: [REDIS, Bus],
      useFactory: (redis: Redis | null, bus: Bus) =>
        redis ? new RedisChannel(redis) : new PostgresChannel(bus),
    },
    TextPublisher,
  ],
  exports: [TextChannel, TextPublisher],
})
export class StreamModule {}
