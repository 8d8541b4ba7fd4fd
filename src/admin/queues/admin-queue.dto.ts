import { ApiProperty } from '@nestjs/swagger';
import { QUEUES, type QueueName } from '../../platform/queue/queue-facts.js';

export const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];

/** A job that has failed finally. Jobs hold ids only. */
export class AdminFailedJobDto {
  @ApiProperty({ example: 'deletion-of-expired-rows' })
  id!: string;

  @ApiProperty({ description: 'The kind of work.', example: 'chore' })
  name!: string;

  @ApiProperty({ type: 'integer', description: 'Tries so far.', example: 3 })
  attempts!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The last error, at most 300 characters.',
    example: 'chores failed: expired rows',
  })
  error!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  failed_at!: string | null;
}

/** One queue of background work. */
export class AdminQueueDto {
  @ApiProperty({ enum: QUEUE_NAMES, example: 'replies', description: 'Values may be added.' })
  name!: string;

  @ApiProperty({ description: 'Workers start no job of a paused queue.', example: false })
  paused!: boolean;

  @ApiProperty({
    type: 'integer',
    description: 'Jobs that are not final: waiting, active and delayed.',
    example: 3,
  })
  depth!: number;

  @ApiProperty({ type: 'integer', example: 1 })
  waiting!: number;

  @ApiProperty({ type: 'integer', description: 'Jobs that a worker runs.', example: 2 })
  active!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Jobs with a later start, such as the next try of a failed one.',
    example: 0,
  })
  delayed!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Jobs that have failed finally and are kept for a day.',
    example: 0,
  })
  failed!: number;

  @ApiProperty({ type: [AdminFailedJobDto], description: 'The newest 20 of the failed jobs.' })
  failed_jobs!: AdminFailedJobDto[];
}

export class AdminQueuesDto {
  @ApiProperty({ type: [AdminQueueDto] })
  data!: AdminQueueDto[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Always null: there is one page.',
    example: null,
  })
  next_cursor!: string | null;
}
