import {
  Global,
  Inject,
  Logger,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { ModuleRef } from '@nestjs/core';
import type { Queue } from 'bullmq';
import { isPostgres, openQueueConnection, type QueueConnection } from './queue-backend.js';
import { queuePrefix } from '../redis/redis-names.js';
import { parseRedisUrl } from '../redis/redis-url.js';
import { QueueMetrics } from './queue.metrics.js';
import { QUEUES, type QueueName } from './queue-facts.js';

export const QUEUE_CONNECTION = Symbol('QueueConnection');

export interface QueueSettings {
  databaseUrl: string;
  redisUrl: string | null;
}

const NAMES = Object.keys(QUEUES) as QueueName[];

/** Registers every queue of {@link QUEUES} with BullMQ, on PostgreSQL or on Redis. */
@Global()
@Module({})
export class QueueModule implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  private readonly logger = new Logger('Queue');

  constructor(
    @Inject(QUEUE_CONNECTION) private readonly connection: QueueConnection,
    private readonly moduleRef: ModuleRef,
  ) {}

  static forRoot(settings: QueueSettings): DynamicModule {
    const redis = settings.redisUrl === null ? null : parseRedisUrl(settings.redisUrl);
    const connection = openQueueConnection(settings.databaseUrl, redis);
    const queues = BullModule.registerQueue(
      ...NAMES.map((name) => ({
        name,
        prefix: queuePrefix(redis?.kind ?? 'single', name),
        defaultJobOptions: { ...QUEUES[name].jobs },
      })),
    );
    return {
      module: QueueModule,
      imports: [BullModule.forRoot({ connection }), queues],
      providers: [{ provide: QUEUE_CONNECTION, useValue: connection }, QueueMetrics],
      exports: [QUEUE_CONNECTION, queues],
    };
  }

  /** Adds error listeners: a Queue without one ends the process when its connection is lost. */
  onModuleInit(): void {
    for (const name of NAMES) {
      const queue = this.moduleRef.get<Queue>(getQueueToken(name), { strict: false });
      queue.on('error', (error: Error) =>
        this.logger.warn(`queue ${name} unavailable, retrying: ${error.message}`),
      );
    }
  }

  /** Before workers close: a connection that waits for an unavailable database would delay the shutdown. */
  onModuleDestroy(): void {
    if (isPostgres(this.connection)) this.connection.stopRetrying();
  }

  /** Closes the pool, which BullMQ does not close because it did not open it; after queues and workers have closed. */
  async onApplicationShutdown(): Promise<void> {
    if (!isPostgres(this.connection)) return;
    for (const name of NAMES) await this.moduleRef.get<Queue>(getQueueToken(name), { strict: false }).close();
    await this.connection.end();
  }
}
