import { ask, finalReply, marked, script, send, usedToday } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { leastMs, timed } from '../support/least-time.js';
import { statementsWaiting, whileRoomIsHeld } from '../support/locks.js';
import { newUser } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { newRoom, someoneWithRoom } from '../support/rooms.js';

let product: Product;
beforeAll(async () => {
  product = await sharedProduct();
});
afterAll(() => product.close());

describe('sending a message', () => {
  it('is acknowledged with both messages and the reply’s Location', async () => {
    const { user, room } = await someoneWithRoom(product);
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
    const { user, room } = await someoneWithRoom(product);
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

  it('waits for the answer with Prefer: wait and returns Preference-Applied', async () => {
    const { user, room } = await someoneWithRoom(product);
    const answer = await ask(user, room);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('preference-applied')).toBe('wait=60');
    expect(answer.body.reply.status).toBe('completed');
  });

  it('does not wait for a reply that was deleted with its room', async () => {
    const afterDeletion = async () => {
      const { user, room } = await someoneWithRoom(product);
      const waiting = ask(user, room, 'hello [[sandbox: first=20000]]');
      await eventually(
        async () => (await user.client.get(`/chatroom/${room}/messages`)).body.data.length === 2,
      );
      await user.client.delete(`/chatroom/${room}`);
      const [{ status, body }, ms] = await timed(waiting);
      expect([status, body.message.content, body.reply.completed_at]).toEqual([
        202,
        'hello [[sandbox: first=20000]]',
        null,
      ]);
      return ms;
    };
    expect(await leastMs(2000, afterDeletion)).toBeLessThan(2000);
  });

  it('an unnamed room takes its name from the first line of its first message', async () => {
    const { user, room } = await someoneWithRoom(product);
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

  it('messages sent during a reply are answered in order', async () => {
    const { user, room } = await someoneWithRoom(product, { tier: 'pro' });
    const answers = [];
    for (const n of [1, 2, 3, 4]) answers.push(await send(user, room, marked(`message ${n}`)));
    const replies = await Promise.all(answers.map((answer) => finalReply(user, answer)));
    const ends = replies.map((reply) => reply.completed_at);
    expect(ends).toEqual(ends.toSorted((a, b) => a.localeCompare(b)));
    expect(replies.map(({ seq }) => seq)).toEqual([2, 4, 6, 8]);
  });

  it('of messages accepted in parallel only the first gets a slot', async () => {
    const { user, room } = await someoneWithRoom(product, { tier: 'pro' });
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
    const { user, room } = await someoneWithRoom(product);
    const answer = await user.client.post(`/chatroom/${room}/message`, body);
    expect([answer.status, answer.body.errors[0].field, answer.body.errors[0].code]).toEqual([
      400,
      field,
      code,
    ]);
    expect(await usedToday(user)).toBe(0);
  });

  it('32,000 code points are counted as such and returned unchanged', async () => {
    const { user, room } = await someoneWithRoom(product);
    const answer = await send(user, room, '😀'.repeat(32_000));
    expect(answer.status).toBe(202);
    expect(answer.body.message.content).toBe('😀'.repeat(32_000));
  });

  it('into a foreign room is 404 and stores nothing', async () => {
    const [mine, theirs] = [await someoneWithRoom(product), await someoneWithRoom(product)];
    expect((await send(mine.user, theirs.room, 'hello')).status).toBe(404);
    expect(await product.rows('select from messages where chatroom_id = $1', [theirs.room])).toEqual([]);
    expect(await usedToday(mine.user)).toBe(0);
  });

  it('an older client may send text for content', async () => {
    const { user, room } = await someoneWithRoom(product);
    const answer = await user.client.post(`/chatroom/${room}/message`, { text: 'hello' });
    expect([answer.status, answer.body.message.content]).toEqual([202, 'hello']);
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
    const { user, room } = await someoneWithRoom(product);
    const text = marked();
    await script(product, { match: text, ...how });
    expect(await finalReply(user, await send(user, room, text))).toMatchObject(expected);
    expect(await usedToday(user)).toBe(1);
  });

  it('a provider that fails twice is called a third time, and no half answer stays', async () => {
    const { user, room } = await someoneWithRoom(product);
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

  it('a blocked message does not block later ones: the model is not sent it again', async () => {
    const { user, room } = await someoneWithRoom(product);
    const text = marked('forbidden');
    await script(product, { match: text, outcome: 'prompt_blocked' });
    await finalReply(user, await send(user, room, text));
    const { body } = await ask(user, room, 'something harmless');
    expect(body.reply.content).toMatch(/1 turn|one turn|turns: 1/i);
  });
});
