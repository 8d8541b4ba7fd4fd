import { randomInt } from 'node:crypto';
import { marked, script, usedToday } from '../support/conversations.js';
import { StreamReader } from '../support/event-stream.js';
import { eventually } from '../support/eventually.js';
import { newUser, type TestUser } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { sharedTwin, someoneWithRoom, startTwin } from '../support/rooms.js';

describe('the stream of a reply', () => {
  let product: Product;
  let twin: Product;
  /** The stream of a model that is silent for longer than a ping's interval: read while the other tests run. */
  let silent: Promise<StreamReader>;
  beforeAll(async () => {
    product = await sharedProduct();
    twin = await sharedTwin(product);
    const { user, path } = await asked(['at last'], 0, { first_delay_ms: 16_000 });
    silent = read(user).read(`${twin.url}${path}/stream`);
    // Its test reports the error.
    silent.catch(() => undefined);
  });
  afterAll(async () => {
    await twin.close();
    await product.close();
  });

  /** The reader is there before the first piece, and the pieces do not meet, also on a busy machine. */
  const SLOWLY = [400, { first_delay_ms: 1500 }] as const;

  /** A user whose message the model answers with these chunks. */
  async function asked(chunks: string[], chunkDelayMs = 0, more: object = {}) {
    const content = marked();
    await script(product, { match: content, chunks, chunk_delay_ms: chunkDelayMs, ...more });
    const { user, room } = await someoneWithRoom(product);
    const sent = await user.client.post(`/chatroom/${room}/message`, { content });
    const path = `/chatroom/${room}/messages/${sent.body.reply.id}`;
    return { user, room, path, content, replyId: sent.body.reply.id as string };
  }
  const read = (user: TestUser) => new StreamReader(user.token);
  const contentOf = async (user: TestUser, path: string) =>
    (
      await eventually(
        () => user.client.get(path),
        ({ body }) => body.completed_at !== null,
      )
    ).body.content;

  it('sends status, reset, the text as it is written and the whole message, then closes', async () => {
    const { user, path } = await asked(['Because ', 'of ', 'Rayleigh.'], ...SLOWLY);
    const reader = await read(user).read(`${product.url}${path}/stream`);
    expect(reader.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(reader.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(reader.headers.get('x-accel-buffering')).toBe('no');
    expect(reader.events[0]!.event).toBe('status');
    expect(reader.events[1]!.event).toBe('reset');
    expect(reader.of('delta').length).toBeGreaterThanOrEqual(2);
    expect(reader.text).toBe('Because of Rayleigh.');
    const done = reader.events.at(-1)!;
    expect([done.event, done.id]).toEqual(['done', '1-end']);
    expect(done.data).toEqual((await user.client.get(path)).body);
  });

  it('is the same on a process without a worker', async () => {
    const { user, path } = await asked(['one ', 'two ', 'three'], ...SLOWLY);
    const reader = await read(user).read(`${twin.url}${path}/stream`);
    expect(reader.of('delta').length).toBeGreaterThanOrEqual(2);
    expect([reader.text, reader.done]).toEqual(['one two three', true]);
  });

  it('cut at any byte resumes on another process without losing or repeating a character', async () => {
    const chunks = Array.from({ length: 40 }, (_, at) => `déjà ${at} 日本 😀👨‍👩‍👧 \r\ndata: x\n\n`);
    const { user, path } = await asked(chunks, 20);
    const reader = read(user);
    for (let cut = 0; !reader.done; cut += 1) {
      const { url } = [product, twin][cut % 2]!;
      const maxBytes = cut < 25 ? randomInt(60, 600) : Infinity;
      await reader.read(`${url}${path}/stream`, { maxBytes });
    }
    expect(reader.text).toBe(chunks.join(''));
    expect(reader.text).toBe(await contentOf(user, path));
    expect(reader.takenBack).toBe(0);
  });

  it('of a final reply sends the missing text and done; after done, 204', async () => {
    const { user, path } = await asked(['The whole ', 'answer.']);
    const whole = await contentOf(user, path);
    const late = await read(user).read(`${product.url}${path}/stream`);
    expect([late.text, late.done]).toEqual([whole, true]);
    const middle = read(user);
    middle.lastId = '1-4';
    middle.text = whole.slice(0, 4);
    await middle.read(`${product.url}${path}/stream`);
    expect([middle.text, middle.of('reset').length]).toEqual([whole, 0]);
    const again = await late.read(`${product.url}${path}/stream`);
    expect(again.status).toBe(204);
    const other = await user.client.get(`${path}/stream?last_event_id=1-end`, { undocumented: true });
    expect(other.status).toBe(204);
  });

  it.each(['nonsense', '7-3', '1-999999', '1-1x', '99999999999-1', '01-end'])(
    'with the strange id %s begins from the start, with reset',
    async (id) => {
      const { user, path } = await asked(['Hello there.']);
      await contentOf(user, path);
      const reader = read(user);
      reader.lastId = id;
      await reader.read(`${product.url}${path}/stream`);
      expect([reader.text, reader.of('reset').length, reader.done]).toEqual(['Hello there.', 1, true]);
    },
  );

  it('an event id between two halves of a character restarts from the beginning', async () => {
    const { user, path } = await asked(['😀😀']);
    await contentOf(user, path);
    const reader = read(user);
    reader.lastId = '1-1';
    await reader.read(`${product.url}${path}/stream`);
    expect(reader.text).toBe('😀😀');
  });

  it('is equal for two readers, one of them late', async () => {
    const { user, path } = await asked(['one ', 'two ', 'three ', 'four'], 150);
    const early = read(user).read(`${product.url}${path}/stream`);
    await eventually(
      () => user.client.get(path),
      ({ body }) => body.content !== '',
    );
    const late = read(user).read(`${twin.url}${path}/stream`);
    const texts = (await Promise.all([early, late])).map(({ text }) => text);
    expect(texts).toEqual(['one two three four', 'one two three four']);
  });

  it('a new attempt begins with reset', async () => {
    const { user, path, content } = await asked(['never ', 'mind'], 50, { outcome: 'cut', after_chunks: 1 });
    await script(product, { match: content, chunks: ['better'] });
    const reader = await read(user).read(`${product.url}${path}/stream`);
    expect(reader.of('reset').map(({ id }) => id)).toEqual(
      ['0-0', '1-0', '2-0'].slice(-reader.of('reset').length),
    );
    expect(reader.of('status').map(({ data }) => data.status)).toContain('retrying');
    expect([reader.text, reader.events.at(-1)!.id]).toEqual(['better', '2-end']);
  });

  it('a reply that fails after streaming ends with reset and done', async () => {
    const fails = { times: 9, outcome: 'cut', after_chunks: 1 };
    const { user, path, replyId } = await asked(['some ', 'text'], 0, fails);
    const reader = read(user);
    const reading = reader.read(`${product.url}${path}/stream`);
    await eventually(() => reader.of('status').some(({ data }) => data.status === 'retrying'));
    // Its deadline is over.
    await product.rows(`update messages set turn_at = turn_at - interval '1 day' where id = $1`, [replyId]);
    await reading;
    expect([reader.text, reader.of('done')[0]!.data.status]).toEqual(['', 'failed']);
  });

  /** Sends a message and reads its stream; the content is its key. */
  const sendTo = (user: TestUser, path: string, content: string, accept = 'text/event-stream') =>
    read(user).read(`${product.url}${path}`, {
      init: {
        method: 'POST',
        body: JSON.stringify({ content }),
        headers: { 'content-type': 'application/json', 'idempotency-key': content, accept },
      },
    });

  it.each([
    ['message', 'text/event-stream'],
    ['message/stream', 'text/event-stream'],
    ['message/stream', '*/*'],
  ])('begins with the message itself when POST …/%s asks for %s', async (path, accept) => {
    const content = marked();
    await script(product, { match: content, chunks: ['Yes.'] });
    const { user, room } = await someoneWithRoom(product);
    const post = () => sendTo(user, `/chatroom/${room}/${path}`, content, accept);
    const reader = await post();
    expect([reader.status, reader.events[0]!.event]).toEqual([200, 'accepted']);
    expect(reader.headers.get('location')).toContain(reader.events[0]!.data.reply.id);
    expect(reader.headers.get('ratelimit')).toContain('"daily"');
    expect([reader.text, reader.done]).toEqual(['Yes.', true]);
    const again = await post();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.of('accepted')[0]!.data.message.id).toBe(reader.of('accepted')[0]!.data.message.id);
    expect(again.text).toBe('Yes.');
  });

  it('one key gives one message on POST …/message and …/message/stream, in either order', async () => {
    const { user, room } = await someoneWithRoom(product);
    const [message, stream] = [`/chatroom/${room}/message`, `/chatroom/${room}/message/stream`];
    for (const [first, second] of [
      [message, stream],
      [stream, message],
      [`${message}/`, `${stream}/?x=1`],
    ] as const) {
      const content = marked();
      const one = await sendTo(user, first, content);
      const other = await sendTo(user, second, content);
      expect(other.of('accepted')[0]!.data.reply.id).toBe(one.of('accepted')[0]!.data.reply.id);
      expect(other.headers.get('idempotency-replayed')).toBe('true');
    }
    expect(await usedToday(user)).toBe(3);
  });

  it('an error before the stream begins is problem+json with its own status, and costs nothing', async () => {
    const { user, room } = await someoneWithRoom(product);
    const post = (body: object, headers = {}) =>
      user.client.post(`/chatroom/${room}/message/stream`, body, { headers, firstEvent: true });
    const refused = [await post({}), await post({ content: 'hello' }, { accept: 'application/json' })];
    expect(await usedToday(user)).toBe(0);
    for (let n = 0; n < 5; n++) await post({ content: `m${n}` });
    refused.push(await post({ content: 'one more' }));
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual([
      [400, 'validation_failed'],
      [406, 'not_acceptable'],
      [429, 'daily_limit_reached'],
    ]);
    expect(await usedToday(user)).toBe(5);
  });

  it('is whole although the reply is longer than a reader’s buffer', async () => {
    const { user, room } = await asked(['late'], 0, { first_delay_ms: 20_000 });
    const headers = { 'content-type': 'application/json', 'idempotency-key': marked() };
    const sent = { method: 'POST', body: JSON.stringify({ content: 'next' }), headers };
    const { body } = await user.client.post(`/chatroom/${room}/message`, { content: 'next' }, { headers });
    // It waits for its slot: no worker writes to it.
    const long = 'long '.repeat(900_000);
    await product.rows('update messages set content = $2 where id = $1', [body.reply.id, long]);
    const until = ({ text }: StreamReader) => text.length === long.length;
    const path = `/chatroom/${room}/messages/${body.reply.id}/stream`;
    const followed = await read(user).read(`${product.url}${path}`, { until });
    expect([followed.status, followed.text === long]).toEqual([200, true]);
    const replayed = await read(user).read(`${product.url}/chatroom/${room}/message`, { until, init: sent });
    expect([replayed.status, replayed.of('accepted').length, replayed.text === long]).toEqual([200, 1, true]);
  });

  it.each([
    ['application/json', 406],
    ['text/html', 406],
    ['text/event-stream;q=0, */*', 406],
    ['*/*', 200],
    ['text/*', 200],
    ['application/json, text/event-stream;q=0.5', 200],
  ])('for a client that takes %s answers %i', async (accept, status) => {
    const { user, path } = await asked(['Hello.']);
    const reader = await read(user).read(`${product.url}${path}/stream`, { init: { headers: { accept } } });
    expect(reader.status).toBe(status);
  });

  it('of a foreign reply, an unknown id and a user’s own message is 404', async () => {
    const { user, room, path } = await asked(['private']);
    const stranger = await newUser(product);
    const { body } = await user.client.get(`/chatroom/${room}/messages`);
    const own = body.data.at(-1).id;
    for (const [who, where] of [
      [stranger, path],
      [user, `/chatroom/${room}/messages/${room}`],
      [user, `/chatroom/${room}/messages/${own}`],
    ] as const)
      expect((await read(who).read(`${product.url}${where}/stream`)).status).toBe(404);
  });

  describe('ends within two seconds', () => {
    const slow = () =>
      asked(
        Array.from({ length: 100 }, (_, at) => `${at} `),
        200,
      );
    async function closesAfter(act: (it: Awaited<ReturnType<typeof slow>>) => Promise<unknown>) {
      const stream = await slow();
      const reader = read(stream.user);
      const closed = reader.read(`${twin.url}${stream.path}/stream`).then(() => performance.now());
      await eventually(
        async () => reader.text,
        (text) => text !== '',
      );
      const from = performance.now();
      await act(stream);
      expect((await closed) - from).toBeLessThan(2000);
      expect(reader.done).toBe(false);
    }

    it('of the end of its session', () => closesAfter(({ user }) => user.client.post('/auth/logout')));

    it('of the deletion of its room', () =>
      closesAfter(({ user, room }) => user.client.delete(`/chatroom/${room}`)));

    it('of SIGTERM, and the next process continues the reply', async () => {
      const leaving = await startTwin(product, { WORKER: 'separate' });
      const { user, path } = await asked(['a ', 'b ', 'c ', 'd ', 'e'], 300);
      const reader = read(user);
      const closed = reader.read(`${leaving.url}${path}/stream`);
      await eventually(
        async () => reader.text,
        (text) => text !== '',
      );
      await leaving.close();
      await closed;
      expect(reader.done).toBe(false);
      await reader.read(`${twin.url}${path}/stream`);
      expect([reader.text, reader.takenBack]).toEqual(['a b c d e', 0]);
    });
  });

  it('sends comments while the model is silent', async () => {
    const reader = await silent;
    expect(reader.pings).toBeGreaterThanOrEqual(1);
    expect([reader.text, reader.done]).toEqual(['at last', true]);
  });

  it('a listener that was disconnected misses nothing', async () => {
    const chunks = Array.from({ length: 30 }, (_, at) => `${at} `);
    const { user, path } = await asked(chunks, 60);
    const reader = read(user);
    const readToEnd = async () => {
      while (!reader.done) await reader.read(`${twin.url}${path}/stream`);
    };
    const reading = readToEnd();
    for (const chunk of ['5 ', '10 ', '15 ']) {
      await eventually(() => reader.text.includes(chunk));
      await product.rows(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name like '%-bus' and datname = current_database()`,
      );
    }
    await reading;
    expect(reader.text).toBe(chunks.join(''));
  });
});
