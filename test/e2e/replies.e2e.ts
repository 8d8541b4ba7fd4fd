import { ask, expectQuotaExact, finalReply, marked, script, usedToday } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { loseAllJobs } from '../support/jobs.js';
import { newUser } from '../support/people.js';
import { newRoom } from '../support/rooms.js';
import { newDatabase, startProduct, type Product } from '../support/product.js';

const products: Product[] = [];
async function product(environment: Record<string, string> = {}): Promise<Product> {
  const started = await startProduct(environment);
  products.push(started);
  return started;
}
afterAll(() => Promise.all(products.map((one) => one.close())));

async function sendMarked(to: Product, text = marked()) {
  const user = await newUser(to, { tier: 'basic' });
  const room = (await newRoom(user)).id;
  return { user, room, text, send: () => user.client.post(`/chatroom/${room}/message`, { content: text }) };
}
const replyState = async (on: Product, id: string) =>
  (
    await on.rows<{ status: string; attempt: number; content: string }>(
      'select status, attempt, content from messages where id = $1',
      [id],
    )
  )[0]!;

describe('a provider in trouble', () => {
  it('that asks for a delay is retried after it, and the reply shows the time', async () => {
    const on = await product();
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
    const on = await product({ LLM_TIMEOUT_SECONDS: '1' });
    const { user, text, send } = await sendMarked(on);
    await script(on, { match: text, outcome: 'hang', after_chunks: 1 });
    expect(await finalReply(user, await send())).toMatchObject({ status: 'completed', attempt: 2 });
  });

  it('that never answers ends the reply before its deadline with a refund', async () => {
    const on = await product({ REPLY_DEADLINE_SECONDS: '5' });
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
  });
});

describe('promise 1: an acknowledged message is never lost', () => {
  it('without any worker its reply ends, and the next reply of the room gets its slot', async () => {
    const on = await product({ WORKER: 'separate', REPLY_DEADLINE_SECONDS: '60' });
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

  it('after its worker is killed another worker makes the reply, once', async () => {
    const DATABASE_URL = await newDatabase();
    const first = await product({ DATABASE_URL });
    const { user, text, room, send } = await sendMarked(first);
    await script(first, { match: text, chunks: ['half '], outcome: 'hang', after_chunks: 1 });
    const sent = await send();
    await eventually(
      () => replyState(first, sent.body.reply.id),
      ({ content }) => content === 'half ',
    );
    await first.end('SIGKILL');
    const second = await product({ DATABASE_URL });
    const client = second.client.as(user.token);
    const reply = await finalReply({ ...user, client }, sent);
    expect(reply).toMatchObject({ status: 'completed', attempt: 2 });
    expect(reply.content).toMatch(/^You said/);
    expect((await client.get(`/chatroom/${room}/messages`)).body.data).toHaveLength(2);
  });

  it('a stopping process hands its reply over', async () => {
    const DATABASE_URL = await newDatabase();
    const first = await product({ DATABASE_URL });
    const { user, text, send } = await sendMarked(first);
    await script(first, { match: text, chunks: ['half '], outcome: 'hang', after_chunks: 1 });
    const sent = await send();
    await eventually(
      () => replyState(first, sent.body.reply.id),
      ({ status }) => status === 'streaming',
    );
    expect(await first.end('SIGTERM')).toBe(0);
    const second = await product({ DATABASE_URL });
    const reply = await finalReply({ ...user, client: second.client.as(user.token) }, sent);
    expect(reply.status).toBe('completed');
  });

  it('a client that waits at a stopping process gets the reply’s state', async () => {
    const on = await product();
    const { user, room, text } = await sendMarked(on);
    await script(on, { match: text, outcome: 'hang' });
    const waiting = user.client.post(
      `/chatroom/${room}/message`,
      { content: text },
      { headers: { prefer: 'wait=60' } },
    );
    await eventually(
      () => on.rows(`select from messages where chatroom_id = $1 and status = 'streaming'`, [room]),
      ({ length }) => length === 1,
    );
    expect(await on.end('SIGTERM')).toBe(0);
    const { status, body } = await waiting;
    expect([status, body.reply.completed_at]).toEqual([202, null]);
  });

  it('a reply that cannot be ended does not block other replies', async () => {
    const on = await product({ WORKER: 'separate', REPLY_DEADLINE_SECONDS: '60' });
    const [stuck, other] = [await sendMarked(on), await sendMarked(on)];
    const [first, second] = [await stuck.send(), await other.send()];
    // As after a hand-made correction of the day: there is nothing left to give back.
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

  it('a lost job is added again', async () => {
    const on = await product({ WORKER: 'separate' });
    const { user, send } = await sendMarked(on);
    const sent = await send();
    await loseAllJobs(on);
    const worker = await product({ DATABASE_URL: on.databaseUrl });
    const reply = await finalReply({ ...user, client: worker.client.as(user.token) }, sent);
    expect(reply.status).toBe('completed');
  });
});

describe('promise 2: a zombie cannot write', () => {
  it('a worker paused past its lease writes nothing when it resumes', async () => {
    const DATABASE_URL = await newDatabase();
    const zombie = await product({ DATABASE_URL });
    const { user, text, send } = await sendMarked(zombie);
    await script(zombie, {
      match: text,
      chunks: Array.from({ length: 60 }, () => 'zombie '),
      chunk_delay_ms: 100,
    });
    const sent = await send();
    await eventually(
      () => replyState(zombie, sent.body.reply.id),
      ({ content }) => content.includes('zombie'),
    );
    zombie.process.kill('SIGSTOP');
    const other = await product({ DATABASE_URL });
    const reply = await finalReply({ ...user, client: other.client.as(user.token) }, sent);
    zombie.process.kill('SIGCONT');
    await eventually(
      () => zombie.client.get('/user/usage', { token: user.token }),
      ({ status }) => status === 200,
    );
    const [row] = await other.rows('select status, content, attempt from messages where id = $1', [
      sent.body.reply.id,
    ]);
    expect(row).toEqual({ status: 'completed', content: reply.content, attempt: 2 });
    expect(reply.content).not.toContain('zombie');
  });
});

describe('deleting while a reply runs', () => {
  it('a deleted room leaves no reply, and its worker goes on with others', async () => {
    const on = await product();
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
