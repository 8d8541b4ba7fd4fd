import { getQueueToken } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Job, Queue } from 'bullmq';
import { withTimeout } from '../../platform/concurrency/with-timeout.js';
import { Problem } from '../../platform/problem/problem.js';
import { readCounts } from '../../platform/queue/queue-counts.js';
import type { QueueName } from '../../platform/queue/queue-facts.js';
import { AuditLog } from '../audit/audit-log.service.js';
import type { Operator } from '../operator.js';
import {
  QUEUE_NAMES,
  type AdminQueueDto,
  type AdminQueuesDto,
  type AdminFailedJobDto,
} from './admin-queue.dto.js';

/** Bound of one command: a connection that is open may not respond (promise 9). */
const COMMAND_MS = 2_000;
/** Enough to see which error repeats. */
const SHOWN_FAILED = 20;
/** An error's first line says what failed; a stack or a body of another server does not belong here. */
const ERROR_LENGTH = 300;

interface QueueAct {
  action: 'queue.pause' | 'queue.resume' | 'queue.retry';
  target: string;
  details?: Record<string, unknown>;
}

/** Shows the queues, and pauses, resumes and retries for operators; the same on both backends of BullMQ. */
@Injectable()
export class AdminQueuesService {
  constructor(
    private readonly moduleRef: ModuleRef,
    private readonly audit: AuditLog,
  ) {}

  /** @throws Problem `unavailable` */
  async list(): Promise<AdminQueuesDto> {
    return { data: await Promise.all(QUEUE_NAMES.map((name) => this.show(name))), next_cursor: null };
  }

  /**
   * Jobs that run go on; workers start no other until {@link resume}.
   * @throws Problem `unavailable`
   */
  async pause(operator: Operator, name: QueueName): Promise<AdminQueueDto> {
    await this.act(operator, { action: 'queue.pause', target: name }, () => this.queue(name).pause());
    return this.show(name);
  }

  /** @throws Problem `unavailable` */
  async resume(operator: Operator, name: QueueName): Promise<AdminQueueDto> {
    await this.act(operator, { action: 'queue.resume', target: name }, () => this.queue(name).resume());
    return this.show(name);
  }

  /** @throws Problem `not_found`, `not_retriable` for a job that has not failed, `unavailable` */
  async retry(operator: Operator, name: QueueName, jobId: string): Promise<AdminQueueDto> {
    const job = await answered<Job | undefined>(this.queue(name).getJob(jobId));
    if (!job) throw Problem.notFound();
    await assertFailed(job);
    const entry: QueueAct = { action: 'queue.retry', target: jobId, details: { queue: name } };
    await this.act(operator, entry, () => job.retry('failed')).catch(async (error: unknown) => {
      // Another operator may have been faster.
      await assertFailed(job);
      throw error;
    });
    return this.show(name);
  }

  /** An entry is written before the command, and a second one if it fails. @throws Problem `unavailable` */
  private async act(operator: Operator, entry: QueueAct, command: () => Promise<unknown>): Promise<void> {
    await this.audit.write(operator, entry);
    try {
      await answered(command());
    } catch (error) {
      await this.audit.write(operator, { ...entry, details: { ...entry.details, outcome: 'failed' } });
      throw error;
    }
  }

  private queue(name: QueueName): Queue {
    return this.moduleRef.get<Queue>(getQueueToken(name), { strict: false });
  }

  private async show(name: QueueName): Promise<AdminQueueDto> {
    const queue = this.queue(name);
    const [counts, paused, jobs] = await answered(
      Promise.all([
        readCounts(queue),
        queue.isPaused(),
        queue.getJobs(['failed'], 0, SHOWN_FAILED - 1) as Promise<(Job | undefined)[]>,
      ]),
    );
    const { waiting, active, delayed, failed } = counts;
    // A job may have been removed since its id was read.
    const failed_jobs = jobs.filter((job) => job !== undefined).map(toFailedJob);
    return { name, paused, depth: waiting + active + delayed, waiting, active, delayed, failed, failed_jobs };
  }
}

const NOT_FAILED = 'Only a job that has failed finally can be retried.';

/** @throws Problem `not_retriable`, `unavailable` */
async function assertFailed(job: Job): Promise<void> {
  if ((await answered(job.getState())) !== 'failed') throw new Problem('not_retriable', NOT_FAILED);
}

/** @throws Problem `unavailable` */
async function answered<T>(command: Promise<T>): Promise<T> {
  try {
    return await withTimeout(command, COMMAND_MS);
  } catch (error) {
    throw new Problem('unavailable', undefined, { cause: error });
  }
}

function toFailedJob({ id, name, attemptsMade, failedReason, finishedOn }: Job): AdminFailedJobDto {
  return {
    id: id ?? '',
    name,
    attempts: attemptsMade,
    error: failedReason?.slice(0, ERROR_LENGTH) ?? null,
    failed_at: finishedOn === undefined ? null : new Date(finishedOn).toISOString(),
  };
}
