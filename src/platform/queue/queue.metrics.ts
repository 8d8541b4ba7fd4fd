import { getQueueToken } from '@nestjs/bullmq';
import { Injectable, Optional, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Queue, Worker } from 'bullmq';
import { counter, gauge, histogram, SLOW_BUCKETS } from '../metrics/instruments.js';
import { MetricSources } from '../metrics/metric-sources.js';
import { COUNTED_STATES, readCounts, type QueueCounts } from './queue-counts.js';
import { QUEUES, type QueueName } from './queue-facts.js';

const NAMES = Object.keys(QUEUES) as QueueName[];

const DEPTH = gauge(
  'chat_queue_jobs',
  'Jobs of a queue by state. Every process reports the same numbers: take the maximum, not the sum.',
  { queue: NAMES, state: COUNTED_STATES },
);
const WAIT = histogram(
  'chat_queue_wait_seconds',
  'Time from adding a job until a worker starts it for the first time.',
  { queue: NAMES },
  [0.001, 0.005, 0.01, 0.05, ...SLOW_BUCKETS.slice(1)],
);
const ENDED = counter('chat_queue_ended_jobs_total', 'Runs of jobs by outcome.', {
  queue: NAMES,
  outcome: ['completed', 'failed'],
});

/** Counts the jobs that a worker runs. */
export function countJobs(worker: Worker): void {
  const queue = worker.name as QueueName;
  worker.on('active', ({ attemptsStarted, timestamp, delay, processedOn = Date.now() }) => {
    // A job that was deferred or interrupted has waited on purpose, or has been counted before.
    if (attemptsStarted <= 1) WAIT.observe({ queue }, Math.max(0, processedOn - timestamp - delay) / 1000);
  });
  worker.on('completed', () => ENDED.inc({ queue, outcome: 'completed' }));
  worker.on('failed', () => ENDED.inc({ queue, outcome: 'failed' }));
}

/** Reads how many jobs each queue holds, at a scrape. */
@Injectable()
export class QueueMetrics implements OnModuleInit {
  constructor(
    private readonly moduleRef: ModuleRef,
    @Optional() private readonly sources?: MetricSources,
  ) {}

  onModuleInit(): void {
    this.sources?.register({ name: 'queue', gauges: [DEPTH], read: () => this.read() });
  }

  private async read(): Promise<() => void> {
    const depths = await Promise.all(NAMES.map((name) => this.readQueue(name)));
    return () => {
      for (const [at, name] of NAMES.entries())
        for (const state of COUNTED_STATES) DEPTH.set({ queue: name, state }, depths[at]![state]);
    };
  }

  private readQueue(name: QueueName): Promise<QueueCounts> {
    return readCounts(this.moduleRef.get<Queue>(getQueueToken(name), { strict: false }));
  }
}
