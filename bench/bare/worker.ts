import { GoogleGenAI } from '@google/genai';
import { Queue, Worker } from 'bullmq';
import pg from 'pg';
import { LEASE_MS, MAX_HISTORY } from '../../src/messages/replies/reply-policy.js';
import { jobIdOf, replyOf } from '../../src/messages/replies/reply-queue.js';
import { CLAIM, CONVERSATION, FINISH } from '../../src/messages/replies/reply-state.statements.js';
import { openQueueConnection } from '../../src/platform/queue/queue-backend.js';
import { QUEUES, workerFacts } from '../../src/platform/queue/queue-facts.js';
import { queuePrefix } from '../../src/platform/redis/redis-names.js';
import { parseRedisUrl } from '../../src/platform/redis/redis-url.js';
import { openFinals } from './bare.finals.js';
import { POOL_MAX } from './bare.send.js';

/** Bytes of history, as the product's default budget has it. */
const MAX_BYTES = 64_000;
/** Between two publications of pieces, as in the product. */
const PUBLISH_MS = 8;

/**
 * What a careful person would write to answer messages: BullMQ's worker, the product's own statements to claim, to read
 * the conversation and to finish, Google's client, pieces published every few milliseconds. No time limits, no breaker,
 * no fallback, no lease renewal, no stop, no text written to the row before its end.
 */
const [databaseUrl, redisUrl] = [process.env['DATABASE_URL']!, process.env['REDIS_URL'] ?? null];
const pool = new pg.Pool({ connectionString: databaseUrl, max: POOL_MAX });
const finals = await openFinals(pool, databaseUrl, redisUrl);
const client = new GoogleGenAI({
  apiKey: process.env['GEMINI_API_KEY'],
  vertexai: false,
  httpOptions: { baseUrl: process.env['GEMINI_BASE_URL'] },
});
const connection = openQueueConnection(
  databaseUrl,
  redisUrl === null ? null : parseRedisUrl(redisUrl),
) as never;
const prefix = queuePrefix('single', 'replies');
const queue = new Queue('replies', { connection, prefix, defaultJobOptions: { ...QUEUES.replies.jobs } });
const worker = new Worker('replies', async (job) => answer(job.id!), {
  ...workerFacts('replies'),
  connection,
  prefix,
});

async function answer(jobId: string): Promise<void> {
  const { id, generation } = replyOf(jobId);
  const claimed = await pool.query(CLAIM.bind({ id, generation, now: new Date(), leaseMs: LEASE_MS }));
  const claim = claimed.rows[0] as { attempt: number; chatroomId: string; questionSeq: number } | undefined;
  if (!claim) return;
  const { chatroomId: roomId, questionSeq, attempt } = claim;
  const said = await pool.query<{ role: string; content: string }>(
    CONVERSATION.bind({ roomId, questionSeq, limit: MAX_HISTORY, maxBytes: MAX_BYTES }),
  );
  const pieces = new Pieces(`${id}:${attempt}`);
  const stream = await client.models.generateContentStream({
    model: 'gemini-flash-latest',
    contents: said.rows.toReversed().map(({ role, content }) => ({ role, parts: [{ text: content }] })),
  });
  let usage: Record<string, number | undefined> = {};
  for await (const chunk of stream) {
    pieces.add(chunk.text ?? '');
    usage = (chunk.usageMetadata ?? usage) as typeof usage;
  }
  const finished = await pool.query<{ nextId: string | null; nextGeneration: number }>(
    FINISH.bind({
      id,
      attempt,
      status: 'completed',
      content: pieces.text,
      finishReason: 'stop',
      errorCode: null,
      model: 'gemini-flash-latest',
      provider: 'gemini',
      promptTokens: usage['promptTokenCount'] ?? null,
      outputTokens: usage['candidatesTokenCount'] ?? null,
      thoughtTokens: usage['thoughtsTokenCount'] ?? null,
      cachedTokens: null,
      now: new Date(),
    }),
  );
  await finals.publish(id);
  for (const { nextId, nextGeneration } of finished.rows)
    if (nextId !== null)
      await queue.add('reply', {}, { jobId: jobIdOf({ id: nextId, generation: nextGeneration }) });
}

/** The text of one reply, published as it grows. */
class Pieces {
  text = '';
  private published = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly name: string) {}

  add(text: string): void {
    this.text += text;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      const fresh = this.text.slice(this.published);
      void finals.publishText([`${this.name}:${this.published}:${fresh}`]);
      this.published = this.text.length;
    }, PUBLISH_MS);
  }
}

worker.on('error', () => undefined);
process.once('SIGTERM', () => process.exit(0));
