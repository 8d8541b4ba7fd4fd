import { ask, expectQuotaExact, finalReply, script, usedToday } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { loseAllJobs } from '../support/jobs.js';
import { sharedProduct, startProduct, type Product } from '../support/product.js';
import { replyState, sendMarked } from '../support/replies.js';
import { newRoom, startTwin } from '../support/rooms.js';

describe('a provider in trouble', () => {
  it('that asks for a delay is retried after it, and the reply shows the time', async () => {
    const on = await sharedProduct();
    const { user, room, text, send } = await sendMarked(on);
    await script(on, { match: text, outcome: 'http_error', status: 429, retry_after_seconds: 2 });
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
    const on = await startProduct({ LLM_TIMEOUT_SECONDS: '1' });
    const { user, text, send } = await sendMarked(on);
    await script(on, { match: text, outcome: 'hang', after_chunks: 1 });
    expect(await finalReply(user, await send())).toMatchObject({ status: 'completed', attempt: 2 });
    await on.close();
  });

  it('that never answers ends the reply before its deadline with a refund', async () => {
    const on = await startProduct({ REPLY_DEADLINE_SECONDS: '5' });
    const { user, text, send } = await sendMarked(on);
    await script(on, { match: text, times: 50, outcome: 'http_error', status: 503 });
    const reply = await finalReply(user, await send());
    expect(reply).toMatchObject({
      status: 'failed',
      content: '',
      error: { code: expect.stringMatching(/^(model_unavailable|deadline_exceeded)$/), retriable: true },
    });
    expect(await usedToday(user)).toBe(0);
    await expectQuotaExact(on, user);
    await on.close();
  });
});

describe('without a worker', () => {
  let on: Product;
  beforeAll(async () => {
    on = await startProduct({ WORKER: 'separate', REPLY_DEADLINE_SECONDS: '60' });
  });
  afterAll(() => on.close());

  it('a lost job is added again', async () => {
    const { user, send } = await sendMarked(on);
    const sent = await send();
    await loseAllJobs(on);
    const worker = await startTwin(on);
    const reply = await finalReply({ ...user, client: worker.client.as(user.token) }, sent);
    expect(reply.status).toBe('completed');
    await worker.close();
  });

  it('a reply ends at its deadline, and the next reply of the room gets its slot', async () => {
    const { user, room, send } = await sendMarked(on);
    const [first, second] = [await send(), await send()];
    await on.advanceClock(61);
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
    await on.advanceClock(61);
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
    await on.advanceClock(61);
    for (const [{ user }, sent] of [
      [stuck, first],
      [other, second],
    ] as const)
      expect((await finalReply(user, sent)).status).toBe('failed');
  });
});

describe('deleting while a reply runs', () => {
  it('a deleted room leaves no reply, and its worker continues with others', async () => {
    const on = await sharedProduct();
    const { user, room, text, send } = await sendMarked(on);
    await script(on, { match: text, chunks: ['half '], outcome: 'hang', after_chunks: 1 });
    const sent = await send();
    await eventually(
      () => replyState(on, sent.body.reply.id),
      ({ status }) => status === 'streaming',
    );
    await on.rows('delete from chatrooms where id = $1', [room]);
    const other = (await newRoom(user)).id;
    expect((await ask(user, other)).status).toBe(201);
    expect(await on.rows('select from messages where chatroom_id = $1', [room])).toEqual([]);
  });
});
