import {
  conversationOn,
  expectAnswersPaid,
  expectOneLine,
  messagePath,
  messagesOf,
} from '../support/branches.js';
import { ask, expectQuotaExact, finalReply, marked, script, usedToday } from '../support/conversations.js';
import { StreamReader } from '../support/event-stream.js';
import { statementsWaiting, whileRoomIsHeld } from '../support/locks.js';
import { newUser, type TestUser } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { at, listOf, newRoom, sharedTwin, someoneWithRoom } from '../support/rooms.js';

let product: Product;
let twin: Product;
beforeAll(async () => {
  product = await sharedProduct();
  twin = await sharedTwin(product);
});
afterAll(() => Promise.all([product.close(), twin.close()]));

const edit = (
  user: TestUser,
  room: string,
  id: string,
  content: string,
  headers: Record<string, string> = {},
) => user.client.post(`${messagePath(room, id)}/edit`, { content }, { headers });
const editAndWait = (user: TestUser, room: string, id: string, content: string) =>
  edit(user, room, id, content, { prefer: 'wait=60' });
const choose = (user: TestUser, room: string, id: string) =>
  user.client.put(`/chatroom/${room}/active`, { message_id: id });

const conversation = () => conversationOn(product);

describe('editing a message', () => {
  it('stores another form with the same parent and a reply, and the conversation goes on from it', async () => {
    const { user, room, first, second } = await conversation();
    const { status, body, headers } = await editAndWait(user, room, second.message.id, 'second, other');
    expect([status, headers.get('location')]).toEqual([201, messagePath(room, body.reply.id)]);
    expect(body.message).toMatchObject({
      content: 'second, other',
      parent_id: first.reply.id,
      seq: 5,
      active: true,
      siblings: { index: 2, count: 2 },
    });
    expect(body.reply).toMatchObject({ status: 'completed', parent_id: body.message.id, seq: 6 });
    expect((await expectOneLine(user.client, room)).map(({ seq }) => seq)).toEqual([1, 2, 5, 6]);
    const next = (await ask(user, room, 'third')).body;
    expect(next.message.parent_id).toBe(body.reply.id);
    expect((await user.client.get(messagePath(room, second.message.id))).body).toMatchObject({
      active: false,
      siblings: { index: 1, count: 2 },
    });
    await expectAnswersPaid(product, user.id);
  });

  it('of the first message makes another first message', async () => {
    const { user, room, first } = await conversation();
    const { body } = await editAndWait(user, room, first.message.id, 'first, other');
    expect(body.message).toMatchObject({ parent_id: null, siblings: { index: 2, count: 2 } });
    expect(await expectOneLine(user.client, room)).toHaveLength(2);
  });

  it('costs one; where the model does not answer, nothing, and the earlier form can be chosen again', async () => {
    const { user, room, second } = await conversation();
    const text = marked('refused');
    await script(product, { match: text, times: 10, outcome: 'http_error', status: 400 });
    const { body } = await editAndWait(user, room, second.message.id, text);
    expect(body.reply).toMatchObject({ status: 'failed', active: false });
    expect(await usedToday(user)).toBe(2);
    await expectOneLine(user.client, room);
    expect((await choose(user, room, second.message.id)).body.active_leaf_id).toBe(second.reply.id);
    await expectQuotaExact(product, user);
  });

  it('is made once under one Idempotency-Key, also in parallel on two processes', async () => {
    const { user, room, second } = await conversation();
    const key = { 'idempotency-key': marked('k').replace(' ', '-') };
    const path = `${messagePath(room, second.message.id)}/edit`;
    const clients = [user.client, at(twin, user)];
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => clients[n % 2]!.post(path, { content: 'once' }, { headers: key })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(202));
    expect(new Set(answers.map(({ body }) => body.reply.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(9);
    expect((await user.client.post(path, { content: 'other' }, { headers: key })).body.code).toBe(
      'idempotency_key_reused',
    );
    await finalReply(user, answers[0]!);
    expect(await messagesOf(user.client, room)).toHaveLength(6);
    await expectAnswersPaid(product, user.id);
  });

  it('is refused while a reply runs in the room, and at the limit; nothing is stored', async () => {
    const { user, room } = await someoneWithRoom(product);
    const first = (await ask(user, room)).body;
    const slow = marked('slow');
    await script(product, { match: slow, outcome: 'hang' });
    const running = await user.client.post(`/chatroom/${room}/message`, { content: slow });
    const busy = await edit(user, room, first.message.id, 'other');
    expect([busy.status, busy.body.code]).toEqual([409, 'reply_in_progress']);
    await user.client.post(`${messagePath(room, running.body.reply.id)}/stop`);
    await finalReply(user, running);
    for (let n = 0; n < 3; n += 1) await ask(user, room);
    expect((await edit(user, room, first.message.id, 'other')).body.code).toBe('daily_limit_reached');
    expect(await messagesOf(user.client, room)).toHaveLength(10);
    await expectQuotaExact(product, user);
  });

  it('and regenerating are refused while a retry runs that began during their wait for the room', async () => {
    const { user, room, first } = await conversation();
    const failing = marked('failing');
    // After a 403 no shorter form of the conversation is tried.
    await script(
      product,
      { match: failing, outcome: 'http_error', status: 403 },
      { match: failing, outcome: 'hang' },
    );
    const failed = (await ask(user, room, failing)).body.reply;
    expect(failed.status).toBe('failed');
    const answers = await whileRoomIsHeld(product, room, async (release) => {
      const retried = user.client.post(`${messagePath(room, failed.id)}/retry`);
      await statementsWaiting(product, 1);
      const edited = edit(user, room, first.message.id, 'other');
      const regenerated = user.client.post(`${messagePath(room, first.reply.id)}/regenerate`);
      await statementsWaiting(product, 3);
      await release();
      return Promise.all([retried, edited, regenerated]);
    });
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [202, undefined],
      [409, 'reply_in_progress'],
      [409, 'reply_in_progress'],
    ]);
    await user.client.post(`${messagePath(room, failed.id)}/stop`);
  });

  it('of a reply, of an unknown message and of another user’s message is 404', async () => {
    const { user, room, first } = await conversation();
    const stranger = await newUser(product);
    const own = await newRoom(stranger);
    expect((await edit(user, room, first.reply.id, 'x')).status).toBe(404);
    expect((await edit(user, room, own.id, 'x')).status).toBe(404);
    expect((await edit(stranger, room, first.message.id, 'x')).status).toBe(404);
    expect((await edit(stranger, own.id, first.message.id, 'x')).status).toBe(404);
  });

  it.each(['text/event-stream', 'ai-sdk'])('streams its reply as a send does: %s', async (form) => {
    const { user, room, second } = await conversation();
    const path = `${messagePath(room, second.message.id)}/edit`;
    const answer =
      form === 'ai-sdk'
        ? await user.client.post(`${path}?protocol=ai-sdk`, { content: 'streamed' }, { undocumented: true })
        : await user.client.post(
            path,
            { content: 'streamed' },
            { headers: { accept: form }, undocumented: true },
          );
    expect(answer.status).toBe(200);
    const leaf = (await user.client.get(`/chatroom/${room}`)).body.active_leaf_id as string;
    const reply = (await user.client.get(messagePath(room, leaf), { headers: { prefer: 'wait=20' } })).body;
    expect(answer.text).toContain(
      form === 'ai-sdk' ? `"messageId":"${leaf}"` : '"siblings":{"index":2,"count":2}',
    );
    const reader = new StreamReader(user.token);
    await reader.read(`${product.url}${messagePath(room, leaf)}/stream`);
    expect(reader.text).toBe(reply.content);
  });
});

describe('choosing a branch', () => {
  it('moves the active leaf to the newest message below the chosen one, and the list shows it at once', async () => {
    const { user, room, first, second } = await conversation();
    const other = (await editAndWait(user, room, second.message.id, 'other')).body;
    await listOf(user.client);
    const chosen = await choose(user, room, second.message.id);
    expect([chosen.status, chosen.body.active_leaf_id]).toEqual([200, second.reply.id]);
    const [listed] = (await user.client.get('/chatroom')).body.data;
    expect(listed.active_leaf_id).toBe(second.reply.id);
    expect((await expectOneLine(user.client, room)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    // The newest message below the first one is on the other branch.
    expect((await choose(user, room, first.message.id)).body.active_leaf_id).toBe(other.reply.id);
    expect((await choose(user, room, other.message.id)).body.active_leaf_id).toBe(other.reply.id);
  });

  it('goes on where a branch was left, however deep the branches nest', async () => {
    const { user, room, first, second } = await conversation();
    const other = (await editAndWait(user, room, second.message.id, 'other')).body;
    const third = (await ask(user, room, 'third')).body;
    const nested = (await editAndWait(user, room, third.message.id, 'third, other')).body;
    await choose(user, room, second.message.id);
    const fourth = (await ask(user, room, 'fourth')).body;
    expect(fourth.message.parent_id).toBe(second.reply.id);
    const leaf = async (id: string) => (await choose(user, room, id)).body.active_leaf_id as string;
    expect(await leaf(other.message.id)).toBe(nested.reply.id);
    expect(await leaf(third.message.id)).toBe(third.reply.id);
    expect(await leaf(nested.message.id)).toBe(nested.reply.id);
    expect(await leaf(second.reply.id)).toBe(fourth.reply.id);
    expect(await leaf(first.reply.id)).toBe(fourth.reply.id);
    await expectOneLine(user.client, room);
  });

  it('of a regenerated reply goes back to the first one, and regenerating makes the newest one active', async () => {
    const { user, room, first, second } = await conversation();
    const again = await user.client.post(`${messagePath(room, first.reply.id)}/regenerate`);
    const other = await finalReply(user, again);
    expect(other).toMatchObject({ active: true, siblings: { index: 2, count: 2 } });
    expect((await expectOneLine(user.client, room)).map(({ seq }) => seq)).toEqual([1, 5]);
    expect((await choose(user, room, first.reply.id)).body.active_leaf_id).toBe(second.reply.id);
    expect((await expectOneLine(user.client, room)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  it('is 404 for an unknown message, a message of another room and another user’s room', async () => {
    const { user, room, first } = await conversation();
    const other = await newRoom(user);
    const stranger = await newUser(product);
    expect((await choose(user, other.id, first.message.id)).status).toBe(404);
    expect((await choose(user, room, other.id)).status).toBe(404);
    expect((await choose(stranger, room, first.message.id)).status).toBe(404);
    expect((await user.client.put(`/chatroom/${room}/active`, { message_id: 'x' })).status).toBe(400);
  });
});

it('a page of the path goes on along its line when another branch is chosen meanwhile', async () => {
  const { user, room, second } = await conversation();
  const path = `/chatroom/${room}/messages?view=path&limit=2`;
  const other = (await editAndWait(user, room, second.message.id, 'other')).body;
  const page = (await user.client.get(path)).body;
  expect(page.data.map(({ id }: { id: string }) => id)).toEqual([other.reply.id, other.message.id]);
  await choose(user, room, second.message.id);
  const next = (await user.client.get(`${path}&cursor=${page.next_cursor}`)).body;
  expect([next.data.map(({ seq }: { seq: number }) => seq), next.next_cursor]).toEqual([[2, 1], null]);
  expect((await user.client.get(`${path}&after=${other.reply.id}`)).status).toBe(400);
  expect((await user.client.get(`/chatroom/${room}/messages?view=tree`)).status).toBe(400);
});

it('two devices that edit and choose at once end in one state, and every process tells it alike', async () => {
  const { user, room, first, second } = await conversation();
  const devices = [user.client, at(twin, user)];
  for (let round = 0; round < 5; round += 1) {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        n % 2 === 0
          ? devices[(n / 2) % 2]!.post(`${messagePath(room, second.message.id)}/edit`, {
              content: `edit ${round}.${n}`,
            })
          : devices[n % 2]!.put(`/chatroom/${room}/active`, {
              message_id: [first, second][round % 2]!.message.id,
            }),
      ),
    );
    const accepted = answers.filter(({ status }) => status === 202);
    expect(accepted.length).toBeGreaterThan(0);
    // An edit is refused while the reply of another one runs.
    expect(answers.map(({ status }) => status).filter((status) => status !== 202 && status !== 409)).toEqual(
      Array(4).fill(200),
    );
    for (const answer of accepted) await finalReply(user, answer);
    const line = await expectOneLine(user.client, room);
    expect((await messagesOf(devices[1]!, room, 'path')).map(({ id }) => id)).toEqual(
      line.map(({ id }) => id),
    );
  }
  await expectAnswersPaid(product, user.id);
});
