import type { Answer } from '../support/client.js';
import { ask, expectQuotaExact, finalReply, script, usedToday } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { loseAllJobs } from '../support/jobs.js';
import { sharedProduct, type Product } from '../support/product.js';
import { replyState, sendMarked } from '../support/replies.js';
import { newRoom, startTwin } from '../support/rooms.js';

/** Without a worker. */
let on: Product;
/** A worker on the same database, up to the tests without one. */
let worker: Product;
beforeAll(async () => {
  on = await sharedProduct({ WORKER: 'separate' });
  worker = await startTwin(on, { LLM_TIMEOUT_SECONDS: '1', REPLY_DEADLINE_SECONDS: '10' });
});
afterAll(async () => {
  await worker.close();
  await on.close();
});

describe('a provider in trouble', () => {
  it('that asks for a delay is retried after it, and the reply shows the time', async () => {
    const shared = await sharedProduct();
    const { user, room, text, send } = await sendMarked(shared);
    await script(shared, { match: text, outcome: 'http_error', status: 429, retry_after_seconds: 2 });
    const sent = await send();
    const path = `/chatroom/${room}/messages/${sent.body.reply.id}`;
    const { body: waiting } = await eventually(
      () => user.client.get(path),
      ({ body }) => body.status === 'retrying',
    );
    const wait = new Date(waiting.next_attempt_at).getTime() - new Date(waiting.created_at).getTime();
    expect(wait).toBeGreaterThanOrEqual(2000);
    expect(await finalReply(user, sent)).toMatchObject({
      status: 'completed',
      attempt: 2,
      next_attempt_at: null,
    });
  });

  it('that falls silent is given up after LLM_TIMEOUT_SECONDS and called again', async () => {
    const { user, text, send } = await sendMarked(worker);
    await script(worker, { match: text, outcome: 'hang', after_chunks: 1 });
    expect(await finalReply(user, await send())).toMatchObject({ status: 'completed', attempt: 2 });
  });

  it('that never answers ends the reply before its deadline with a refund', async () => {
    const { user, text, send } = await sendMarked(worker);
    await script(worker, { match: text, times: 50, outcome: 'http_error', status: 503 });
    const reply = await finalReply(user, await send());
    expect(reply).toMatchObject({
      status: 'failed',
      content: '',
      error: { code: expect.stringMatching(/^(model_unavailable|deadline_exceeded)$/), retriable: true },
    });
    expect(await usedToday(user)).toBe(0);
    await expectQuotaExact(worker, user);
  });
});

it('a lost job is added again', async () => {
  const { user, send } = await sendMarked(on);
  worker.process.kill('SIGSTOP');
  const sent = await send();
  await loseAllJobs(on);
  worker.process.kill('SIGCONT');
  expect((await finalReply(user, sent)).status).toBe('completed');
});

describe('without a worker', () => {
  beforeAll(() => worker.end('SIGTERM'));

  /** Lets the deadlines of these replies pass. */
  const deadlinePasses = (...sent: Answer[]) =>
    on.rows(`update messages set turn_at = turn_at - interval '1 day' where id = any($1)`, [
      sent.map(({ body }) => body.reply.id),
    ]);

  it('a reply ends at its deadline, and the next reply of the room gets its slot', async () => {
    const { user, room, send } = await sendMarked(on);
    const [first, second] = [await send(), await send()];
    await deadlinePasses(first);
    expect(await finalReply(user, first)).toMatchObject({
      status: 'failed',
      error: { code: 'deadline_exceeded' },
    });
    const next = () => user.client.get(`/chatroom/${room}/messages/${second.body.reply.id}`);
    await eventually(
      async () =>
        (
          await on.rows<{ turn_at: Date | null }>('select turn_at from messages where id = $1', [
            second.body.reply.id,
          ])
        )[0]!,
      ({ turn_at }) => turn_at !== null,
    );
    expect((await next()).body.status).toBe('queued');
    await deadlinePasses(second);
    expect((await finalReply(user, second)).error.code).toBe('deadline_exceeded');
    expect(await usedToday(user)).toBe(0);
  });

  it('a reply that cannot be ended does not block other replies', async () => {
    const [stuck, other] = [await sendMarked(on), await sendMarked(on)];
    const [first, second] = [await stuck.send(), await other.send()];
    // As after a manual correction of the day: there is no unit to give back.
    await on.rows(
      'update daily_usage d set used = 0 from users u where u.id = $1 and d.quota_key = u.quota_key',
      [stuck.user.id],
    );
    await deadlinePasses(first, second);
    for (const [{ user }, sent] of [
      [stuck, first],
      [other, second],
    ] as const)
      expect((await finalReply(user, sent)).status).toBe('failed');
  });
});

describe('deleting while a reply runs', () => {
  it('a deleted room leaves no reply, and its worker continues with others', async () => {
    const shared = await sharedProduct();
    const { user, room, text, send } = await sendMarked(shared);
    await script(shared, { match: text, chunks: ['half '], outcome: 'hang', after_chunks: 1 });
    const sent = await send();
    await eventually(
      () => replyState(shared, sent.body.reply.id),
      ({ status }) => status === 'streaming',
    );
    await shared.rows('delete from chatrooms where id = $1', [room]);
    const other = (await newRoom(user)).id;
    expect((await ask(user, other)).status).toBe(201);
    expect(await shared.rows('select from messages where chatroom_id = $1', [room])).toEqual([]);
  });
});
