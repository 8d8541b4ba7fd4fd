import { expectQuotaExact, finalReply, marked, script, usedToday } from '../support/conversations.js';
import { StreamReader } from '../support/event-stream.js';
import { eventually } from '../support/eventually.js';
import { newUser, type TestUser } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { sharedTwin, someoneWithRoom, startTwin } from '../support/rooms.js';

describe('actions on a reply', () => {
  let product: Product;
  let twin: Product;
  beforeAll(async () => {
    product = await sharedProduct();
    twin = await sharedTwin(product);
  });
  afterAll(async () => {
    await twin.close();
    await product.close();
  });

  async function send(user: TestUser, room: string, ...scripts: object[]) {
    const content = marked();
    if (scripts.length > 0) await script(product, ...scripts.map((one) => ({ match: content, ...one })));
    const sent = await user.client.post(`/chatroom/${room}/message`, { content });
    return { sent, content, path: `/chatroom/${room}/messages/${sent.body.reply.id}` };
  }
  const SLOW = { chunks: Array.from({ length: 200 }, (_, at) => `${at} `), chunk_delay_ms: 50 };
  // Two calls per try if the room has a history: after a refused conversation the message is sent without it.
  const FAILS = { times: 10, outcome: 'http_error', status: 400 };

  describe('stop', () => {
    it('ends it at once on any process with all text shown so far', async () => {
      const { user, room } = await someoneWithRoom(product);
      const { path } = await send(user, room, SLOW);
      const reader = new StreamReader(user.token);
      const reading = reader.read(`${twin.url}${path}/stream`);
      await eventually(
        async () => reader.text.length,
        (length) => length > 10,
      );
      const from = performance.now();
      const stopped = await twin.client.as(user.token).post(`${path}/stop`);
      // Before a lease runs out: the worker got the stop. The duration is measured in bench/.
      expect(performance.now() - from).toBeLessThan(2000);
      expect(stopped.body).toMatchObject({ status: 'stopped', finish_reason: 'stopped', error: null });
      await reading;
      expect(reader.of('done')[0]!.data).toEqual(stopped.body);
      expect(reader.text).toBe(stopped.body.content);
      expect(reader.takenBack).toBe(0);
      const again = await user.client.post(`${path}/stop`);
      expect([again.status, again.body]).toEqual([200, stopped.body]);
      expect(await usedToday(user)).toBe(1);
      await expectQuotaExact(product, user);
    });

    it('of a reply without a slot ends it at once, and the next reply gets the slot', async () => {
      const { user, room } = await someoneWithRoom(product);
      const first = await send(user, room, { chunks: ['a'], first_delay_ms: 700 });
      const second = await send(user, room);
      const third = await send(user, room, { chunks: ['c'] });
      const stopped = await user.client.post(`${second.path}/stop`);
      expect(stopped.body).toMatchObject({ status: 'stopped', content: '', attempt: 0 });
      expect(await finalReply(user, third.sent)).toMatchObject({ status: 'completed', content: 'c' });
      expect(await finalReply(user, first.sent)).toMatchObject({ content: 'a' });
    });

    it('of a reply whose worker died ends it', async () => {
      const other = await sharedProduct({ WORKER: 'separate' });
      const worker = await startTwin(other);
      const { user, room } = await someoneWithRoom(worker);
      const content = marked();
      await script(worker, { match: content, ...SLOW });
      const sent = await user.client.post(`/chatroom/${room}/message`, { content });
      const path = `/chatroom/${room}/messages/${sent.body.reply.id}`;
      await eventually(
        () => user.client.get(path),
        ({ body }) => body.content !== '',
      );
      await worker.end('SIGKILL');
      const { body } = await other.client.as(user.token).post(`${path}/stop`);
      expect(body.status).toBe('stopped');
      expect(body.content).not.toBe('');
      await other.close();
      await worker.close();
    });

    it('with a key is replayed', async () => {
      const { user, room } = await someoneWithRoom(product);
      const { path } = await send(user, room, SLOW);
      const headers = { 'idempotency-key': marked() };
      const [one, two] = [
        await user.client.post(`${path}/stop`, undefined, { headers }),
        await user.client.post(`${path}/stop`, undefined, { headers }),
      ];
      expect([one.headers.get('idempotency-replayed'), two.headers.get('idempotency-replayed')]).toEqual([
        null,
        'true',
      ]);
      expect(two.body).toEqual(one.body);
    });
  });

  it('a replayed stop does not stop a later attempt', async () => {
    const { user, room } = await someoneWithRoom(product);
    const { sent, path } = await send(user, room, { ...FAILS, times: 1 }, SLOW);
    await finalReply(user, sent);
    const headers = { 'idempotency-key': marked() };
    expect((await user.client.post(`${path}/stop`, undefined, { headers })).body.status).toBe('failed');
    await user.client.post(`${path}/retry`);
    const again = await user.client.post(`${path}/stop`, undefined, { headers });
    expect([again.headers.get('idempotency-replayed'), again.body.completed_at]).toEqual(['true', null]);
    expect((await user.client.post(`${path}/stop`)).body.status).toBe('stopped');
  });

  describe('retry', () => {
    it('restarts a failed reply in place and charges the refunded unit again', async () => {
      const { user, room } = await someoneWithRoom(product);
      const { sent, path } = await send(user, room, { ...FAILS, times: 1 }, { chunks: ['better'] });
      expect(await finalReply(user, sent)).toMatchObject({ status: 'failed', active: false });
      expect(await usedToday(user)).toBe(0);
      const retried = await user.client.post(`${path}/retry`);
      expect(retried.status).toBe(202);
      expect(retried.headers.get('location')).toBe(path);
      expect(retried.body.reply.id).toBe(sent.body.reply.id);
      expect(await finalReply(user, retried)).toMatchObject({
        status: 'completed',
        content: 'better',
        active: true,
      });
      expect(await usedToday(user)).toBe(1);
      await expectQuotaExact(product, user);
    });

    it('is refused for a reply that did not fail, and after three retries', async () => {
      const { user, room } = await someoneWithRoom(product);
      const good = await send(user, room);
      await finalReply(user, good.sent);
      const answered = (await user.client.get(good.path)).body;
      const refused = await user.client.post(`${good.path}/retry`);
      expect([refused.status, refused.body.code]).toEqual([409, 'not_retriable']);
      expect(refused.headers.get('ratelimit')).toContain('"daily";r=4;');
      expect((await user.client.get(good.path)).body).toEqual(answered);
      const bad = await send(user, room, FAILS);
      await finalReply(user, bad.sent);
      for (let time = 0; time < 3; time += 1)
        await finalReply(user, await user.client.post(`${bad.path}/retry`));
      const failed = (await user.client.get(bad.path)).body;
      const { status, body } = await user.client.post(`${bad.path}/retry`);
      expect([status, body.code]).toEqual([409, 'not_retriable']);
      expect((await user.client.get(bad.path)).body).toEqual(failed);
      await expectQuotaExact(product, user);
    });

    it('in parallel restarts it once and charges one unit', async () => {
      const { user, room } = await someoneWithRoom(product);
      const { sent, path } = await send(user, room, { ...FAILS, times: 1 }, { chunks: ['ok'] });
      await finalReply(user, sent);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          [product, twin][at % 2]!.client.as(user.token).post(`${path}/retry`),
        ),
      );
      expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
      expect(answers.filter(({ body }) => body.code === 'not_retriable')).toHaveLength(19);
      await finalReply(
        user,
        answers.find(({ status }) => status === 202)!,
      );
      await expectQuotaExact(product, user);
    });

    it('in parallel with one key gets one answer', async () => {
      const { user, room } = await someoneWithRoom(product);
      const { sent, path } = await send(user, room, { ...FAILS, times: 1 }, { chunks: ['ok'] });
      await finalReply(user, sent);
      const headers = { 'idempotency-key': marked() };
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => user.client.post(`${path}/retry`, undefined, { headers })),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
      expect(answers.filter((one) => one.headers.get('idempotency-replayed') === null)).toHaveLength(1);
    });

    it('past the daily limit works only if the unit was not refunded', async () => {
      const { user, room } = await someoneWithRoom(product);
      const { sent, path } = await send(user, room, { ...FAILS, times: 1 });
      await finalReply(user, sent);
      for (let nth = 0; nth < 5; nth += 1) await finalReply(user, (await send(user, room)).sent);
      const { status, body } = await user.client.post(`${path}/retry`);
      expect([status, body.code, body.used]).toEqual([429, 'daily_limit_reached', 5]);
      await expectQuotaExact(product, user);
    });
  });

  describe('regenerate', () => {
    it('makes a second answer to the same message, and the conversation continues from it', async () => {
      const { user, room } = await someoneWithRoom(product);
      const { sent, path, content } = await send(user, room, { chunks: ['first'] });
      await finalReply(user, sent);
      await script(product, { match: content, chunks: ['second'] });
      const again = await user.client.post(`${path}/regenerate`);
      expect([again.status, again.body.message.id]).toEqual([202, sent.body.message.id]);
      expect(again.body.reply).toMatchObject({ seq: 3, in_reply_to: sent.body.message.id, active: true });
      expect(await finalReply(user, again)).toMatchObject({ content: 'second', active: true });
      expect((await user.client.get(path)).body).toMatchObject({ content: 'first', active: false });
      expect(await usedToday(user)).toBe(2);
      await expectQuotaExact(product, user);
    });

    it('is refused while a reply runs', async () => {
      const { user, room } = await someoneWithRoom(product);
      const first = await send(user, room);
      await finalReply(user, first.sent);
      await send(user, room, { first_delay_ms: 1000 });
      const { status, body, headers } = await user.client.post(`${first.path}/regenerate`);
      expect([status, body.code]).toEqual([409, 'reply_in_progress']);
      expect(headers.get('ratelimit')).toContain('"daily";r=3;');
    });

    it('that fails leaves the first answer in place and costs nothing', async () => {
      const { user, room } = await someoneWithRoom(product);
      const { sent, path } = await send(user, room, { chunks: ['first'] }, { ...FAILS, times: 1 });
      await finalReply(user, sent);
      expect(await finalReply(user, await user.client.post(`${path}/regenerate`))).toMatchObject({
        status: 'failed',
      });
      expect((await user.client.get(path)).body.active).toBe(true);
      expect(await usedToday(user)).toBe(1);
      await expectQuotaExact(product, user);
    });

    it('that fails is not what the next message continues from', async () => {
      const { user, room } = await someoneWithRoom(product, { tier: 'pro' });
      const { sent, path } = await send(user, room, { chunks: ['first'] }, { ...FAILS, times: 1 });
      await finalReply(user, sent);
      const second = await user.client.post(`${path}/regenerate`);
      expect(await finalReply(user, second)).toMatchObject({ status: 'failed', active: false });
      const next = await send(user, room);
      expect(next.sent.body.message.parent_id).toBe(sent.body.reply.id);
    });

    it('that fails and is retried with success is what the next message continues from', async () => {
      const { user, room } = await someoneWithRoom(product, { tier: 'pro' });
      const { sent, path } = await send(user, room, { chunks: ['first'] }, { ...FAILS, times: 1 });
      await finalReply(user, sent);
      const second = await user.client.post(`${path}/regenerate`);
      await finalReply(user, second);
      await finalReply(
        user,
        await user.client.post(`/chatroom/${room}/messages/${second.body.reply.id}/retry`),
      );
      const next = await send(user, room);
      expect(next.sent.body.message.parent_id).toBe(second.body.reply.id);
      expect((await user.client.get(path)).body.active).toBe(false);
    });

    it('in parallel makes one answer', async () => {
      const { user, room } = await someoneWithRoom(product);
      const { sent, path } = await send(user, room);
      await finalReply(user, sent);
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => user.client.post(`${path}/regenerate`)),
      );
      expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
      expect(await usedToday(user)).toBe(2);
    });

    it('is 429 at the limit and 404 for a foreign reply', async () => {
      const { user, room } = await someoneWithRoom(product);
      let last = await send(user, room);
      for (let nth = 0; nth < 4; nth += 1) {
        await finalReply(user, last.sent);
        last = await send(user, room);
      }
      await finalReply(user, last.sent);
      expect((await user.client.post(`${last.path}/regenerate`)).body.code).toBe('daily_limit_reached');
      const stranger = await newUser(product);
      for (const order of ['stop', 'retry', 'regenerate'])
        expect((await stranger.client.post(`${last.path}/${order}`)).status).toBe(404);
    });
  });

  it.each(['stop', 'retry', 'regenerate'])('%s needs no body and accepts none', async (order) => {
    const { user, room } = await someoneWithRoom(product);
    const { sent, path } = await send(user, room);
    await finalReply(user, sent);
    const status = async (raw: string) =>
      (await user.client.post(`${path}/${order}`, undefined, { raw })).status;
    expect([await status('{"a":1}'), await status('[]'), await status('{')]).toEqual([400, 400, 400]);
    const { status: empty } = await user.client.request('POST', `${path}/${order}`, {
      raw: '',
      headers: { 'content-type': 'application/json' },
    });
    expect(empty).toBe({ stop: 200, retry: 409, regenerate: 202 }[order]);
  });

  it('every action on a user’s own message is 404', async () => {
    const { user, room } = await someoneWithRoom(product);
    const { sent } = await send(user, room);
    for (const order of ['stop', 'retry', 'regenerate'])
      expect(
        (await user.client.post(`/chatroom/${room}/messages/${sent.body.message.id}/${order}`)).status,
      ).toBe(404);
  });
});
