import { applyDecorators, Get, Param, Post, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { Problem } from '../../platform/problem/problem.js';
import type { QueueName } from '../../platform/queue/queue-facts.js';
import { AdminController, AdminListOperation, AdminOperation } from '../admin.decorators.js';
import { CurrentOperator, type Operator } from '../operator.js';
import { AdminQueueDto, AdminQueuesDto, QUEUE_NAMES } from './admin-queue.dto.js';
import { AdminQueuesService } from './admin-queues.service.js';

/** Accepts the names of queues; any other text is not found. */
class QueueNamePipe implements PipeTransform<string, QueueName> {
  transform(value: string): QueueName {
    const name = QUEUE_NAMES.find((known) => known === value);
    if (!name) throw Problem.notFound();
    return name;
  }
}

/** Longer than every id of ours; Redis would take any. */
const MAX_JOB_ID_LENGTH = 200;

/** Accepts texts that can be the id of a job; any other text is not found. */
class JobIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (value.length > MAX_JOB_ID_LENGTH || !/^[\w:.-]+$/.test(value)) throw Problem.notFound();
    return value;
  }
}

const JobParam = (): ParameterDecorator => Param('id', new JobIdPipe());
const QueueParam = (): ParameterDecorator => Param('name', new QueueNamePipe());
const ApiQueueParam = (): MethodDecorator =>
  applyDecorators(
    ApiParam({ name: 'name', description: 'The queue.', schema: { type: 'string', enum: QUEUE_NAMES } }),
  );

const QUEUE = { status: 200, description: 'The queue as it is now.', type: AdminQueueDto };

@AdminController('queues')
export class AdminQueuesController {
  constructor(private readonly queues: AdminQueuesService) {}

  @Get()
  @AdminListOperation({
    item: AdminQueueDto,
    summary: 'List the queues',
    description: 'Every queue of background work: its jobs by state, and those that have failed.',
    shown: 'All queues.',
    page: AdminQueuesDto,
  })
  listQueues(): Promise<AdminQueuesDto> {
    return this.queues.list();
  }

  @Post(':name/pause')
  @ApiQueueParam()
  @AdminOperation({
    summary: 'Pause a queue',
    description:
      'Workers start no other job of the queue until it is resumed, also after a restart. Jobs that run go on. While `replies` is paused messages are accepted, and a reply fails when its deadline passes.',
    success: QUEUE,
    fresh: true,
  })
  pauseQueue(@CurrentOperator() operator: Operator, @QueueParam() name: QueueName): Promise<AdminQueueDto> {
    return this.queues.pause(operator, name);
  }

  @Post(':name/resume')
  @ApiQueueParam()
  @AdminOperation({
    summary: 'Resume a queue',
    description: 'Workers start the waiting jobs of the queue again.',
    success: QUEUE,
    fresh: true,
  })
  resumeQueue(@CurrentOperator() operator: Operator, @QueueParam() name: QueueName): Promise<AdminQueueDto> {
    return this.queues.resume(operator, name);
  }

  @Post(':name/jobs/:id/retry')
  @ApiQueueParam()
  @ApiParam({
    name: 'id',
    description: 'The job.',
    schema: { type: 'string', maxLength: 200, example: 'chores-1764428400000' },
  })
  @AdminOperation({
    summary: 'Retry a failed job',
    description: 'The job waits again, with its tries as they are.',
    success: QUEUE,
    errors: ['not_retriable'],
  })
  retryJob(
    @CurrentOperator() operator: Operator,
    @QueueParam() name: QueueName,
    @JobParam() id: string,
  ): Promise<AdminQueueDto> {
    return this.queues.retry(operator, name, id);
  }
}
