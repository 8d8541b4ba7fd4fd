import type { Logger } from '@nestjs/common';
import { SpanKind } from '@opentelemetry/api';
import type { Queue } from 'bullmq';
import { withTimeout } from '../concurrency/with-timeout.js';
import { activeSpan, traced } from '../tracing/tracing.js';

/** Bound of an add on a connection that is open but does not respond (promise 9); a closed one fails at once. */
const ADD_TIMEOUT_MS = 500;

/**
 * Adds jobs that hold only their ids; the queue ignores an id that it already has. Never throws: a row is the outbox, and
 * its sweeper adds a job that could not be added here.
 */
export function addJobs(queue: Queue, logger: Logger, name: string, ids: string[]): Promise<void> {
  return tracedPublish(queue.name, ids, () => addCollectedJobs(queue, logger, name, ids));
}

/** Adds jobs of several requests, each of which has its own span. */
export async function addCollectedJobs(
  queue: Queue,
  logger: Logger,
  name: string,
  ids: string[],
): Promise<void> {
  const [first] = ids;
  if (first === undefined) return;
  // A single job is one command; addBulk would put a transaction around it.
  const add = () =>
    ids.length === 1
      ? queue.add(name, {}, { jobId: first })
      : queue.addBulk(ids.map((jobId) => ({ name, data: {}, opts: { jobId } })));
  try {
    await withTimeout<unknown>(add(), ADD_TIMEOUT_MS);
  } catch (error) {
    logger.warn(`queue ${queue.name} unavailable, the sweeper adds the jobs: ${(error as Error).message}`);
  }
}

/** Runs a publish in a span. A sweeper has none: it adds again what a request has published. */
export function tracedPublish(queue: string, ids: string[], publish: () => Promise<void>): Promise<void> {
  if (activeSpan() === null || ids.length === 0) return publish();
  const [first] = ids;
  const attributes = {
    ...messaging(queue, 'send'),
    'messaging.batch.message_count': ids.length,
    ...(ids.length === 1 && { 'messaging.message.id': first }),
  };
  return traced(`publish ${queue}`, () => ({ kind: SpanKind.PRODUCER, attributes }), publish);
}

/** Attributes of a span about a queue (https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/). */
export const messaging = (queue: string, type: 'send' | 'process') => ({
  'messaging.system': 'bullmq',
  'messaging.destination.name': queue,
  'messaging.operation.type': type,
  'messaging.operation.name': type === 'send' ? 'publish' : 'process',
});
