import { createParser } from 'eventsource-parser';
import { ask, finalReply, marked, script, send } from '../support/conversations.js';
import { StreamReader } from '../support/event-stream.js';
import { eventually, PATIENCE_MS } from '../support/eventually.js';
import type { TestUser } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { someoneWithRoom } from '../support/rooms.js';

/** A part of a UI message stream, and the id of its event. */
interface Part {
  id?: string;
  type: string;
  // Tests look into parts of every shape.
  // oxlint-disable-next-line typescript/no-explicit-any -- because of the line above
  [field: string]: any;
}

describe('streams as UI message streams', () => {
  let product: Product;
  beforeAll(async () => {
    product = await sharedProduct();
  });
  afterAll(() => product.close());

  async function open(user: TestUser, method: string, path: string, body?: object, headers: object = {}) {
    const response = await fetch(product.url + path, {
      method,
      headers: { authorization: `Bearer ${user.token}`, 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return { response, status: response.status, parts: partsOf(await response.text()) };
  }
  function partsOf(text: string): Part[] {
    const parts: Part[] = [];
    createParser({
      onEvent: ({ event, data, id }) => {
        expect(event).toBeUndefined();
        const part = data === '[DONE]' ? { type: data } : (JSON.parse(data) as Part);
        parts.push({ ...part, ...(id !== undefined && { eventId: id }) });
      },
    }).feed(text);
    return parts;
  }
  const types = (parts: Part[]) => [...new Set(parts.map(({ type }) => type))];
  const textOf = (parts: Part[]) =>
    parts
      .slice(parts.findLastIndex(({ type }) => type === 'reset-step') + 1)
      .map(({ type, delta }) => (type === 'text-delta' ? (delta as string) : ''))
      .join('');
  const metadataOf = (parts: Part[]): Record<string, unknown> =>
    Object.assign({}, ...parts.map(({ messageMetadata }) => messageMetadata as object | undefined)) as Record<
      string,
      unknown
    >;
  async function failed() {
    const content = marked();
    await script(product, { match: content, outcome: 'http_error', status: 400, times: 1 });
    const { user, room } = await someoneWithRoom(product);
    const reply = await finalReply(user, await send(user, room, content));
    return { user, room, content, reply, path: `/chatroom/${room}/messages/${reply.id as string}` };
  }

  it('a send is answered with a message of the SDK that tells state, limits and usage', async () => {
    const content = marked();
    await script(product, { match: content, chunks: ['Because ', 'of ', 'Rayleigh.'], chunk_delay_ms: 50 });
    const { user, room } = await someoneWithRoom(product);
    const { response, parts } = await open(user, 'POST', `/chatroom/${room}/message?protocol=ai-sdk`, {
      content,
    });
    expect(response.headers.get('x-vercel-ai-ui-message-stream')).toBe('v1');
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('ratelimit')).toContain('"daily"');
    expect(parts[0]!.type).toBe('start');
    expect(parts.slice(-2).map(({ type }) => type)).toEqual(['finish', '[DONE]']);
    const { body: reply } = await user.client.get(
      `/chatroom/${room}/messages/${parts[0]!.messageId as string}`,
    );
    expect(textOf(parts)).toBe('Because of Rayleigh.');
    expect(metadataOf(parts)).toMatchObject({
      status: 'completed',
      usage: reply.usage,
      model: reply.model,
      in_reply_to: reply.in_reply_to,
      limits: (await user.client.get('/user/usage')).body,
    });
  });

  it('cut anywhere, it continues at its last id without a second start', async () => {
    const { user, room } = await someoneWithRoom(product);
    const reply = (await ask(user, room)).body.reply;
    const path = `/chatroom/${room}/messages/${reply.id as string}/stream?protocol=ai-sdk`;
    const middle = await open(user, 'GET', path, undefined, { 'last-event-id': '1-3' });
    expect(types(middle.parts)).toEqual([
      'message-metadata',
      'text-delta',
      'text-end',
      'finish-step',
      'finish',
      '[DONE]',
    ]);
    expect(textOf(middle.parts)).toBe((reply.content as string).slice(3));
    const end = middle.parts.at(-1)!.eventId as string;
    expect((await open(user, 'GET', path, undefined, { 'last-event-id': end })).status).toBe(204);
  });

  it.each([
    ['7', ['reset-step']],
    ['5', ['start-step', 'start-step']],
  ])('another attempt takes the text back, for ai %s', async (version, expected) => {
    const content = marked();
    await script(
      product,
      { match: content, chunks: ['never ', 'mind'], chunk_delay_ms: 50, outcome: 'cut', after_chunks: 1 },
      { match: content, chunks: ['better'] },
    );
    const { user, room } = await someoneWithRoom(product);
    const path = `/chatroom/${room}/message?protocol=ai-sdk&ai=${version}`;
    const { parts } = await open(user, 'POST', path, { content });
    const text = parts.findLastIndex(({ type }) => type === 'text-start');
    expect(textOf(parts.slice(text))).toBe('better');
    const steps = parts.filter(({ type }) => type.endsWith(version === '7' ? 'reset-step' : 'start-step'));
    expect(steps.slice(-expected.length).map(({ type }) => type)).toEqual(expected);
  });

  it('a failed reply ends with the words of the table of errors', async () => {
    const { user, room, reply } = await failed();
    const path = `/chatroom/${room}/messages/${reply.id as string}/stream?protocol=ai-sdk`;
    const { parts } = await open(user, 'GET', path);
    const error = reply.error as { code: string; detail: string };
    expect(parts.find(({ type }) => type === 'error')!.errorText).toBe(`${error.detail} (${error.code})`);
    expect(metadataOf(parts)).toMatchObject({ status: 'failed', error });
  });

  it('a stopped reply ends with abort', async () => {
    const { user, room } = await someoneWithRoom(product);
    const sent = await send(user, room, '[[sandbox: hang]]');
    const path = `/chatroom/${room}/messages/${sent.body.reply.id as string}`;
    const stream = open(user, 'GET', `${path}/stream?protocol=ai-sdk`);
    await user.client.post(`${path}/stop`);
    expect((await stream).parts.map(({ type }) => type).slice(-2)).toEqual(['abort', '[DONE]']);
  });

  it.each(['accept', 'protocol'])('retry streams the reply in place where %s asks for it', async (how) => {
    const { user, path, content, reply } = await failed();
    await script(product, { match: content, chunks: ['at last'] });
    if (how === 'accept') {
      const reader = await new StreamReader(user.token).read(`${product.url}${path}/retry`, {
        init: { method: 'POST' },
      });
      expect(reader.events[0]!.event).toBe('accepted');
      expect([reader.text, reader.done]).toEqual(['at last', true]);
      expect(reader.headers.get('location')).toBe(path);
    } else {
      const { parts } = await open(user, 'POST', `${path}/retry?protocol=ai-sdk`, {});
      expect([parts[0]!.messageId, textOf(parts)]).toEqual([reply.id, 'at last']);
    }
  });

  it('regenerate streams a sibling, and its key gives the same one again', async () => {
    const { user, room } = await someoneWithRoom(product);
    const first = (await ask(user, room)).body.reply;
    const path = `/chatroom/${room}/messages/${first.id as string}/regenerate?protocol=ai-sdk`;
    const key = { 'idempotency-key': marked('key').replace(' ', '-') };
    const { parts } = await open(user, 'POST', path, {}, key);
    const again = await open(user, 'POST', path, {}, key);
    expect(parts[0]!.messageId).not.toBe(first.id);
    expect(again.parts[0]!.messageId).toBe(parts[0]!.messageId);
    expect(again.response.headers.get('idempotency-replayed')).toBe('true');
    expect(textOf(again.parts)).toBe(textOf(parts));
  });

  it('without a word of streams retry and regenerate answer JSON', async () => {
    const { user, path } = await failed();
    expect((await user.client.post(`${path}/retry`)).status).toBe(202);
  });

  it('errors before the stream are problems', async () => {
    const { user, room } = await someoneWithRoom(product);
    const wrong = await user.client.post(
      `/chatroom/${room}/message?protocol=grpc`,
      { content: 'x' },
      { undocumented: true },
    );
    expect([wrong.status, wrong.body.errors[0].field]).toEqual([400, 'protocol']);
    await product.rows('update users set tier = $2 where id = $1', [user.id, 'basic']);
    for (let nth = 0; nth < 5; nth += 1) await send(user, room, 'hello');
    const { status, response } = await open(user, 'POST', `/chatroom/${room}/message?protocol=ai-sdk`, {
      content: 'x',
    });
    expect([status, response.headers.get('content-type')]).toEqual([
      429,
      'application/problem+json; charset=utf-8',
    ]);
  });
});

describe('the stream of a room', () => {
  let product: Product;
  beforeAll(async () => {
    product = await sharedProduct();
  });
  afterAll(() => product.close());

  it('is the stream of the reply that runs, though others wait; then of the next one; then nothing', async () => {
    const contents = [marked(), marked()];
    await script(product, { match: contents[0], chunks: ['one ', 'more'], chunk_delay_ms: 1000 });
    await script(product, { match: contents[1], chunks: ['two'] });
    const { user, room } = await someoneWithRoom(product);
    const sent = [await send(user, room, contents[0]!), await send(user, room, contents[1]!)];
    const reader = await new StreamReader(user.token).read(`${product.url}/chatroom/${room}/stream`);
    expect([reader.text, reader.done]).toEqual(['one more', true]);
    expect(reader.headers.get('location')).toBe(sent[0]!.headers.get('location'));
    await finalReply(user, sent[1]!);
    expect((await user.client.get(`/chatroom/${room}/stream`)).status).toBe(204);
  });

  it('begins at the start for an id of another reply', async () => {
    const content = marked();
    await script(product, { match: content, chunks: ['first ', 'second'], chunk_delay_ms: 1000 });
    const { user, room } = await someoneWithRoom(product);
    const { body } = await send(user, room, content);
    await eventually(
      () => user.client.get(`/chatroom/${room}/messages/${body.reply.id as string}`),
      (one) => one.body.content !== '',
    );
    const reader = new StreamReader(user.token);
    reader.lastId = '1-3';
    await reader.read(`${product.url}/chatroom/${room}/stream`);
    expect(reader.text).toBe('first second');
  });
});
