import { randomUUID } from 'node:crypto';
import { ask, expectQuotaExact, finalReply, marked, script, usedToday } from '../support/conversations.js';
import { statementsWaiting, whileRoomIsHeld } from '../support/locks.js';
import { newUser } from '../support/people.js';
import { newRoom } from '../support/rooms.js';
import { backend, startProduct, type Product } from '../support/product.js';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

async function someone(options: Parameters<typeof newUser>[1] = {}) {
  const user = await newUser(product, options);
  return { user, room: (await newRoom(user)).id };
}
const send = (user: Awaited<ReturnType<typeof newUser>>, room: string, content: string, key?: string) =>
  user.client.post(
    `/chatroom/${room}/message`,
    { content },
    { headers: key ? { 'idempotency-key': key } : {} },
  );

describe('sending a message', () => {
  it('is acknowledged with both messages and where the reply will be', async () => {
    const { user, room } = await someone();
    const answer = await send(user, room, 'Why is the sky blue?');
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/chatroom/${room}/messages/${answer.body.reply.id}`);
    expect(answer.body.message).toMatchObject({
      seq: 1,
      role: 'user',
      status: 'completed',
      content: 'Why is the sky blue?',
    });
    expect(answer.body.reply).toMatchObject({
      seq: 2,
      role: 'model',
      status: 'queued',
      in_reply_to: answer.body.message.id,
    });
  });

  it('is answered in the background, with model, usage and finish reason', async () => {
    const { user, room } = await someone();
    const reply = await finalReply(user, await send(user, room, 'Why is the sky blue?'));
    expect(reply).toMatchObject({
      status: 'completed',
      finish_reason: 'stop',
      attempt: 1,
      error: null,
      active: true,
    });
    expect(reply.content.length).toBeGreaterThan(10);
    expect(reply.usage.output_tokens).toBeGreaterThan(0);
    expect(reply.model).toContain('gemini');
  });

  it('waits for the answer when asked to, and says how long it was willing to', async () => {
    const { user, room } = await someone();
    const answer = await ask(user, room);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('preference-applied')).toBe('wait=20');
    expect(answer.body.reply.status).toBe('completed');
  });

  it('an unnamed room takes its name from the first line of its first message', async () => {
    const { user, room } = await someone();
    await ask(user, room, 'Plan a trip\nto Rome');
    await ask(user, room, 'Something else');
    const [row] = await product.rows('select name, name_source, message_count from chatrooms where id = $1', [
      room,
    ]);
    expect(row).toEqual({ name: 'Plan a trip', name_source: 'message', message_count: 4 });
  });

  it('the model is shown the system prompt and what was said before', async () => {
    const user = await newUser(product);
    const room = (await newRoom(user, { system_prompt: 'Answer like a pirate.' })).id;
    await ask(user, room, 'My name is Ann.');
    const { body } = await ask(user, room, 'What is my name?');
    expect(body.reply.content).toMatch(/pirate/);
    expect(body.reply.content).toMatch(/3 turns|three turns|turns: 3/i);
  });

  it('messages sent while a reply is running are answered in order', async () => {
    const { user, room } = await someone({ tier: 'pro' });
    const answers = [];
    for (const n of [1, 2, 3, 4]) answers.push(await send(user, room, marked(`message ${n}`)));
    const replies = await Promise.all(answers.map((answer) => finalReply(user, answer)));
    const ends = replies.map((reply) => reply.completed_at);
    expect(ends).toEqual(ends.toSorted((a, b) => a.localeCompare(b)));
    expect(replies.map(({ seq }) => seq)).toEqual([2, 4, 6, 8]);
  });

  it('of messages that were accepted at once, it is the turn of the first one alone', async () => {
    const { user, room } = await someone({ tier: 'pro' });
    const text = marked();
    await script(product, { match: text, outcome: 'hang' });
    await whileRoomIsHeld(product, room, async (release) => {
      const sending = Promise.all([1, 2, 3].map(() => send(user, room, text)));
      await statementsWaiting(product, 3);
      await release();
      await sending;
    });
    const turns = await product.rows<{ begun: boolean }>(
      `select turn_at is not null as begun from messages where chatroom_id = $1 and role = 'model' order by seq`,
      [room],
    );
    expect(turns.map(({ begun }) => begun)).toEqual([true, false, false]);
  });

  it.each([
    [{}, 'content', 'required'],
    [{ content: '' }, 'content', 'too_short'],
    [{ content: '   \n ' }, 'content', 'too_short'],
    [{ content: 'x'.repeat(32_001) }, 'content', 'too_long'],
    [{ content: 42 }, 'content', 'invalid_type'],
    [{ content: null }, 'content', 'invalid_type'],
    [{ content: ['x'] }, 'content', 'invalid_type'],
    [{ content: 'a\u0000b' }, 'content', 'invalid_characters'],
    [{ content: 'x', role: 'model' }, 'role', 'unknown_field'],
    [{ content: 'x', text: 'y' }, 'text', 'alias_conflict'],
  ])('bad input is refused and named (%#)', async (body, field, code) => {
    const { user, room } = await someone();
    const answer = await user.client.post(`/chatroom/${room}/message`, body);
    expect([answer.status, answer.body.errors[0].field, answer.body.errors[0].code]).toEqual([
      400,
      field,
      code,
    ]);
    expect(await usedToday(user)).toBe(0);
  });

  it('32,000 code points are counted as such, and come back as they were', async () => {
    const { user, room } = await someone();
    const answer = await send(user, room, '😀'.repeat(32_000));
    expect(answer.status).toBe(202);
    expect(answer.body.message.content).toBe('😀'.repeat(32_000));
  });

  it('an older client may call the content text', async () => {
    const { user, room } = await someone();
    const answer = await user.client.post(`/chatroom/${room}/message`, { text: 'hello' });
    expect([answer.status, answer.body.message.content]).toEqual([202, 'hello']);
  });
});

describe('promise 3: the day’s quota', () => {
  it('twenty parallel sends at a limit of five: five are accepted, whatever the rooms', async () => {
    const { user, room } = await someone();
    const other = (await newRoom(user)).id;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => send(user, n % 2 ? room : other, `m${n}`)),
    );
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(5);
    expect(
      answers.filter(({ status, body }) => status === 429 && body.code === 'daily_limit_reached'),
    ).toHaveLength(15);
    expect(await usedToday(user)).toBe(5);
    await expectQuotaExact(product, user);
  });

  it('a refusal never says that there is something left', async () => {
    const { user, room } = await someone();
    await whileRoomIsHeld(product, room, async (release) => {
      const sending = Promise.all(Array.from({ length: 8 }, (_, n) => send(user, room, `m${n}`)));
      await statementsWaiting(product, 8);
      await release();
      const refused = (await sending).filter(({ status }) => status === 429);
      expect(refused.map(({ body }) => body.used)).toEqual([5, 5, 5]);
      for (const { headers } of refused) expect(headers.get('ratelimit')).toContain('"daily";r=0;');
    });
  });

  it('over the limit nothing is stored, and the refusal says when and how to go on', async () => {
    const { user, room } = await someone();
    for (let n = 0; n < 5; n++) await send(user, room, `m${n}`);
    const answer = await send(user, room, 'one too many');
    expect(answer.body).toMatchObject({ code: 'daily_limit_reached', limit: 5, used: 5 });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(new Date(answer.body.resets_at).getTime()).toBeGreaterThan(Date.now());
    expect(await product.rows('select from messages where chatroom_id = $1', [room])).toHaveLength(10);
  });

  it('Pro is unlimited, and an ended Pro is Basic', async () => {
    const { user, room } = await someone({ tier: 'pro' });
    for (let n = 0; n < 7; n++) expect((await send(user, room, `m${n}`)).status).toBe(202);
    await product.rows(`update users set tier_ends_at = now() - interval '1 second' where id = $1`, [
      user.id,
    ]);
    expect((await send(user, room, 'too many')).status).toBe(429);
  });

  it('an unanswered message costs nothing', async () => {
    const { user, room } = await someone();
    const text = marked();
    await script(product, { match: text, times: 9, outcome: 'http_error', status: 400 });
    const reply = await finalReply(user, await send(user, room, text));
    expect(reply).toMatchObject({ status: 'failed', content: '', finish_reason: 'error', active: false });
    expect(reply.error).toMatchObject({ code: 'model_rejected', retriable: false });
    expect(await usedToday(user)).toBe(0);
    await expectQuotaExact(product, user);
  });

  it('at most ten units a day are given back', async () => {
    const { user, room } = await someone({ tier: 'pro' });
    const text = marked();
    await script(product, { match: text, times: 12, outcome: 'http_error', status: 400 });
    for (let n = 0; n < 12; n++) await finalReply(user, await send(user, room, text));
    expect(await usedToday(user)).toBe(2);
    await expectQuotaExact(product, user);
  });
});

describe('promise 4: idempotency', () => {
  it('the same key and body, twenty times in parallel: one message, one unit, the same answer', async () => {
    const { user, room } = await someone();
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(user, room, 'hello', key)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.reply.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(19);
    expect(await usedToday(user)).toBe(1);
  });

  it.each([
    ['the first', 0],
    ['the day’s last', 4],
  ])('twins that wait for one another get the same answer when it is %s message', async (_, before) => {
    const { user, room } = await someone();
    for (let n = 0; n < before; n++) await send(user, room, `m${n}`);
    await whileRoomIsHeld(product, room, async (release) => {
      const twins = Promise.all([1, 2, 3].map(() => send(user, room, 'hello', 'key-t')));
      await statementsWaiting(product, 3);
      await release();
      const answers = await twins;
      expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
      expect(new Set(answers.map(({ body }) => body.reply.id)).size).toBe(1);
    });
    expect(await usedToday(user)).toBe(before + 1);
  });

  it('the fifth message’s key, replayed at five of five, gives the same answer and not 429', async () => {
    const { user, room } = await someone();
    for (let n = 0; n < 4; n++) await send(user, room, `m${n}`);
    const key = randomUUID();
    const twins = await Promise.all(Array.from({ length: 6 }, () => send(user, room, 'the fifth', key)));
    expect(twins.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202, 202]);
    expect((await send(user, room, 'the fifth', key)).status).toBe(202);
    expect(await usedToday(user)).toBe(5);
  });

  it('the same key with another body, or in another room, is an error', async () => {
    const { user, room } = await someone();
    const other = (await newRoom(user)).id;
    await send(user, room, 'hello', 'key-1');
    for (const answer of [
      await send(user, room, 'other', 'key-1'),
      await send(user, other, 'hello', 'key-1'),
    ])
      expect([answer.status, answer.body.code]).toEqual([422, 'idempotency_key_reused']);
  });

  it('a key belongs to its user, and quotes around it do not count', async () => {
    const [a, b] = [await someone(), await someone()];
    const first = await send(a.user, a.room, 'hello', '"key-q"');
    const again = await send(a.user, a.room, 'hello', 'key-q');
    const theirs = await send(b.user, b.room, 'hello', 'key-q');
    expect(again.body.reply.id).toBe(first.body.reply.id);
    expect(theirs.body.reply.id).not.toBe(first.body.reply.id);
  });

  it('whose first request is still running after five seconds is a conflict', async () => {
    const { user, room } = await someone();
    const answer = await whileRoomIsHeld(product, room, () => send(user, room, 'hello', 'key-l'));
    expect([answer.status, answer.body.code]).toEqual([409, 'idempotency_in_progress']);
    expect(await usedToday(user)).toBe(0);
  });

  it('a key is free again after 24 hours', async () => {
    const { user, room } = await someone();
    const first = await send(user, room, 'hello', 'key-d');
    await product.rows(
      `update idempotency_keys set created_at = created_at - interval '24 hours' where user_id = $1`,
      [user.id],
    );
    const answers = await Promise.all([1, 2, 3].map(() => send(user, room, 'other', 'key-d')));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    const ids = new Set(answers.map(({ body }) => body.reply.id));
    expect([ids.size, ids.has(first.body.reply.id)]).toEqual([1, false]);
    expect(await usedToday(user)).toBe(2);
  });

  it('the twin that is over the minute’s limit gets the same answer as the one that was within it', async () => {
    const strict = await startProduct({ RATE_LIMIT_PER_MINUTE: '2', PRO_RATE_LIMIT_PER_MINUTE: '2' });
    const user = await newUser(strict);
    const room = (await newRoom(user)).id;
    await whileRoomIsHeld(strict, room, async (release) => {
      const first = send(user, room, 'hello', 'key-m');
      await statementsWaiting(strict, 1);
      const second = send(user, room, 'hello', 'key-m');
      await statementsWaiting(strict, 2);
      await release();
      expect((await second).body.reply.id).toBe((await first).body.reply.id);
    });
    await strict.close();
  });

  it('a replay shows the present state in the form that this request asks for', async () => {
    const { user, room } = await someone();
    const first = await send(user, room, 'hello', 'key-w');
    await finalReply(user, first);
    const again = await user.client.post(
      `/chatroom/${room}/message`,
      { content: 'hello' },
      { headers: { 'idempotency-key': 'key-w', prefer: 'wait=5' } },
    );
    expect([again.status, again.body.reply.status, again.body.reply.id]).toEqual([
      201,
      'completed',
      first.body.reply.id,
    ]);
  });
});

describe('how replies end', () => {
  const endings: [string, object, object][] = [
    [
      'blocked by safety',
      { outcome: 'safety' },
      { status: 'blocked', finish_reason: 'safety', error: { code: 'safety' } },
    ],
    [
      'blocked for recitation',
      { outcome: 'recitation' },
      { status: 'blocked', finish_reason: 'recitation', error: { code: 'recitation' } },
    ],
    [
      'blocked before the model began',
      { outcome: 'prompt_blocked' },
      { status: 'blocked', error: { code: 'prompt_blocked' } },
    ],
    [
      'cut off by the token limit',
      { outcome: 'max_tokens' },
      { status: 'truncated', finish_reason: 'length', error: null },
    ],
  ];
  it.each(endings)('%s', async (_, how, expected) => {
    const { user, room } = await someone();
    const text = marked();
    await script(product, { match: text, ...how });
    expect(await finalReply(user, await send(user, room, text))).toMatchObject(expected);
    expect(await usedToday(user)).toBe(1);
  });

  it('a provider that fails twice is asked a third time, and nothing of a half answer stays', async () => {
    const { user, room } = await someone();
    const text = marked();
    await script(
      product,
      { match: text, outcome: 'cut', after_chunks: 1 },
      { match: text, chunks: ['whole ', 'answer'] },
    );
    const reply = await finalReply(user, await send(user, room, text));
    expect(reply).toMatchObject({ status: 'completed', content: 'whole answer' });
    expect(reply.attempt).toBeGreaterThan(1);
  });

  it('a blocked message does not have the later ones blocked: the model is not shown it again', async () => {
    const { user, room } = await someone();
    const text = marked('forbidden');
    await script(product, { match: text, outcome: 'prompt_blocked' });
    await finalReply(user, await send(user, room, text));
    const { body } = await ask(user, room, 'something harmless');
    expect(body.reply.content).toMatch(/1 turn|one turn|turns: 1/i);
  });
});

if (backend === 'postgres')
  it('the job that the send statement adds equals what queue.add writes', async () => {
    const { Queue, createPostgresBackend } = await import('bullmq');
    const { QUEUES } = await import('../../src/platform/queue/queue-facts.js');
    const { default: pg } = await import('pg');
    const paused = await startProduct({ WORKER: 'separate' });
    const user = await newUser(paused);
    const room = (await newRoom(user)).id;
    const pool = new pg.Pool({
      connectionString: paused.databaseUrl,
      options: '-c search_path=bullmq,public',
    });
    const queue = new Queue(
      'replies',
      { connection: pool, defaultJobOptions: { ...QUEUES.replies.jobs } },
      createPostgresBackend,
    );
    const id = `${randomUUID()}-1`;
    await queue.add('reply', {}, { jobId: id });
    const sent = await send(user, room, 'hello');
    const columns =
      "queue, name, state, data, opts - 'jobId' as opts, priority, delay_ms, max_attempts, parent_key, dedup_id, scheduler_id";
    const [ours] = await paused.rows(`select ${columns} from bullmq.job where id = $1`, [
      `${sent.body.reply.id}-1`,
    ]);
    const [theirs] = await paused.rows(`select ${columns} from bullmq.job where id = $1`, [id]);
    expect(ours).toEqual(theirs);
    await queue.close();
    await pool.end();
    await paused.close();
  });
