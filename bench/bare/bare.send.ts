import { createHash } from 'node:crypto';
import { createClient } from '@keyv/redis';
import { Queue } from 'bullmq';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { SEND, type SendRow } from '../../src/messages/send/send.statement.js';
import { newId } from '../../src/platform/crypto/id.js';
import { openQueueConnection } from '../../src/platform/queue/queue-backend.js';
import { QUEUES } from '../../src/platform/queue/queue-facts.js';
import { queuePrefix } from '../../src/platform/redis/redis-names.js';
import { parseRedisUrl } from '../../src/platform/redis/redis-url.js';
import { userOf } from './bare.authentication.js';
import { openFinals } from './bare.finals.js';
import { BareWaits } from './bare.wait.js';

/** The product's default (DATABASE_POOL_MAX). */
export const POOL_MAX = 16;

interface SendRoute {
  Params: { id: string };
  Body: { content: string };
}

/** Work after the statement. */
type AfterCommit = (userId: string, replyId: string) => Promise<unknown>;

/**
 * Sending a message: the product's statement, then the job, and the list's new version where that is in Redis. With
 * `Prefer: wait` it answers with the final reply.
 */
export async function bareSend(
  server: FastifyInstance,
  databaseUrl: string,
  redisUrl: string | null,
): Promise<void> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: POOL_MAX });
  const afterCommit = await workAfterCommit(databaseUrl, redisUrl);
  const waits = new BareWaits(pool, await openFinals(pool, databaseUrl, redisUrl));
  server.post<SendRoute>('/chatroom/:id/message', async (request, reply) => {
    const { content } = request.body;
    const [userId, messageId, replyId] = [userOf(request), newId(), newId()];
    const now = new Date();
    const final = request.headers.prefer === undefined ? null : waits.finalOf(replyId);
    const query = SEND.bind({
      userId,
      roomId: request.params.id,
      content,
      messageId,
      replyId,
      idempotencyKey: request.headers['idempotency-key'] as string,
      fingerprint: createHash('sha256')
        .update(`POST ${request.url}\n${JSON.stringify(request.body)}`)
        .digest(),
      day: now.toISOString().slice(0, 10),
      basicLimit: 1_000_000,
      proLimit: 1_000_000,
      now,
      requestId: null,
      traceContext: null,
      roomName: content.slice(0, 60),
    });
    const { rows } = await pool.query<SendRow>(query);
    const row = rows[0]!;
    if (row.outcome !== 'accepted') return reply.code(409).send(row);
    if (row.granted) await afterCommit(userId, replyId);
    if (final !== null) {
      await final;
      const [message, answer] = await waits.read(messageId, replyId);
      return reply.code(201).send({ message, reply: answer });
    }
    return reply
      .code(202)
      .send({ message: { id: messageId, content }, reply: { id: replyId, seq: row.seq } });
  });
}

async function workAfterCommit(databaseUrl: string, redisUrl: string | null): Promise<AfterCommit> {
  const connection = openQueueConnection(
    databaseUrl,
    redisUrl === null ? null : parseRedisUrl(redisUrl),
  ) as never;
  const queue = new Queue('replies', {
    connection,
    prefix: queuePrefix('single', 'replies'),
    defaultJobOptions: { ...QUEUES.replies.jobs },
  });
  const redis = redisUrl === null ? null : createClient({ url: redisUrl });
  await Promise.all([queue.waitUntilReady(), redis?.connect()]);
  return async (userId, replyId) => {
    await Promise.all([
      queue.add('reply', {}, { jobId: `${replyId}-1` }),
      redis?.set(`{rooms:${userId}}:v`, newId(), { PX: 600_000 }),
    ]);
  };
}
