import { randomBytes, randomUUID } from 'node:crypto';
import { marked, script } from '../support/conversations.js';
import { StreamReader } from '../support/event-stream.js';
import { eventually } from '../support/eventually.js';
import { newUser, type TestUser } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { sendRaw } from '../support/raw-http.js';
import { newRoom, someoneWithRoom } from '../support/rooms.js';

interface Line {
  request_id?: string;
  msg: string;
  [field: string]: unknown;
}

let product: Product;
beforeAll(async () => {
  // The level that writes most: what is not in this log is in none.
  product = await startProduct({ LOG_LEVEL: 'trace' });
});
afterAll(() => product.close());

const lines = (): Line[] =>
  product.log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);

/** The line of one request, once it is written; fails on two of them. */
async function lineOf(requestId: string): Promise<Line> {
  const found = await eventually(
    () => lines().filter((line) => line.request_id === requestId && line.msg === 'request'),
    ({ length }) => length > 0,
  );
  expect(found).toHaveLength(1);
  return found[0]!;
}

it.each(['PRI /nowhere', 'PRI *HTTP/2.0', 'SOURCE /nowhere HTTP/1.1'])(
  '%s, a method without a route, gets a 404 with the standard headers and one line in the log',
  async (requestLine) => {
    const id = randomUUID();
    const answer = await sendRaw(
      product.url,
      `${requestLine}\r\nHost: localhost\r\nConnection: close\r\nX-Request-Id: ${id}\r\n\r\n`,
    );
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    expect(answer.headers.get('x-request-id')).toBe(id);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    await lineOf(id);
    expect(product.log).not.toContain('fastify');
  },
);

it('a request is one line with user, route, status and duration', async () => {
  const user = await newUser(product);
  const requestId = randomUUID();
  const answer = await user.client.get('/user/me?a=b', { headers: { 'x-request-id': requestId } });
  expect(await lineOf(requestId)).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    role: 'api',
    request_id: requestId,
    'http.request.method': 'GET',
    'http.route': '/user/me',
    'http.response.status_code': 200,
    duration_ms: expect.any(Number),
    'user.id': user.id,
    'session.id': user.sessionId,
    'http.response.body.size': answer.text.length,
    msg: 'request',
  });
});

it('the route is the pattern, and absent for unknown addresses', async () => {
  const user = await newUser(product);
  const [known, unknown, raw] = [randomUUID(), randomUUID(), randomUUID()];
  await user.client.get(`/chatroom/${randomUUID()}`, { headers: { 'x-request-id': known } });
  await user.client.get('/a/secret/path', { headers: { 'x-request-id': unknown } });
  await sendRaw(
    product.url,
    `GET /%zz HTTP/1.1\r\nhost: localhost\r\nx-request-id: ${raw}\r\nconnection: close\r\n\r\n`,
  );
  const routeOf = async (id: string) => {
    const line = await lineOf(id);
    return [line['http.route'], line['http.response.status_code']];
  };
  expect(await routeOf(known)).toEqual(['/chatroom/:id', 404]);
  expect(await routeOf(unknown)).toEqual([undefined, 404]);
  expect(await routeOf(raw)).toEqual([undefined, 404]);
});

it('no token, query, header, path or body is in the log, also after errors', async () => {
  const user = await newUser(product);
  const secret = `secret-${randomUUID()}`;
  const headers = { 'x-secret': secret, 'user-agent': secret };
  const requestId = randomUUID();
  await user.client.get(`/user/me?otp=${secret}`, { headers });
  await user.client.get(`/${secret}?q=${secret}`, { headers });
  await user.client.post(
    '/auth/verify-otp',
    { mobile_number: secret, otp: secret, [secret]: secret },
    { headers },
  );
  await user.client.post('/auth/login', { mobile_number: '+919876543210', password: secret }, { headers });
  await product.client.request('POST', '/auth/refresh', { raw: `{"refresh_token":"${secret}`, headers });
  await product.client.get('/user/me', { token: secret, headers: { ...headers, 'x-request-id': requestId } });
  await sendRaw(product.url, `${secret} / HTTP/1.1\r\n\r\n`);
  await lineOf(requestId);
  expect(product.log).not.toContain(secret);
  expect(product.log).not.toContain(user.token);
});

it('without an endpoint no log line has a trace, and a traceparent changes nothing', async () => {
  const { user, room } = await someoneWithRoom(product);
  const traceId = randomBytes(16).toString('hex');
  const headers = { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01`, prefer: 'wait=60' };
  const sent = await user.client.post(`/chatroom/${room}/message`, { content: 'hello' }, { headers });
  expect(await product.rows('select from messages where trace_context is not null')).toEqual([]);
  const { id } = sent.body.reply;
  await eventually(() => lines().some((line) => line.msg === 'reply ended' && line['reply_id'] === id));
  expect(product.log).not.toMatch(/trace_id|span_id/);
  expect(product.log).not.toContain(traceId);
});

describe('a stream', () => {
  /** A message that is sent for its stream, under a request id. */
  const sending = (content: string, requestId: string) => ({
    method: 'POST',
    body: JSON.stringify({ content }),
    headers: { 'content-type': 'application/json', 'x-request-id': requestId },
  });
  const words = (word: string) => Array.from({ length: 40 }, (_, nth) => `${word}-${nth} `);

  it('that has ended is one line', async () => {
    const { user, room } = await someoneWithRoom(product);
    const [sent, read] = [randomUUID(), randomUUID()];
    const reader = new StreamReader(user.token);
    await reader.read(`${product.url}/chatroom/${room}/message`, { init: sending(marked(), sent) });
    const { id } = reader.of('done')[0]!.data;
    await new StreamReader(user.token).read(`${product.url}/chatroom/${room}/messages/${id}/stream`, {
      init: { headers: { 'x-request-id': read } },
    });
    const line = {
      'http.request.method': 'POST',
      'http.route': '/chatroom/:id/message',
      'http.response.status_code': 200,
      'user.id': user.id,
    };
    expect(await lineOf(sent)).toMatchObject(line);
    expect(await lineOf(read)).toMatchObject({
      'http.route': '/chatroom/:id/messages/:mid/stream',
      'http.response.status_code': 200,
    });
    expect(await lineOf(sent)).not.toHaveProperty(['error.type']);
    expect(await lineOf(read)).not.toHaveProperty(['error.type']);
  });

  it('that is cut is one line that says so', async () => {
    const { user, room } = await someoneWithRoom(product);
    const content = marked();
    await script(product, { match: content, chunks: words('word'), chunk_delay_ms: 100 });
    const requestId = randomUUID();
    await new StreamReader(user.token).read(`${product.url}/chatroom/${room}/message`, {
      init: sending(content, requestId),
      until: ({ text }) => text !== '',
    });
    const line = {
      'http.route': '/chatroom/:id/message',
      'http.response.status_code': 200,
      'session.id': user.sessionId,
      'error.type': 'response_cut',
    };
    expect(await lineOf(requestId)).toMatchObject(line);
  });

  it('leaves no message text in the log, however it ends and at any level', async () => {
    const secret = `secret${randomUUID().replaceAll('-', '')}`;
    const user: TestUser = await newUser(product, { tier: 'pro' });
    const room = (await newRoom(user, { name: secret, system_prompt: secret })).id;
    const url = `${product.url}/chatroom/${room}/message`;
    const chunks = words(secret);
    /** Sends a message that the model answers so. */
    const say = async (how: object, options: Parameters<StreamReader['read']>[1] = {}) => {
      const content = `${secret} ${randomUUID()}`;
      await script(product, { match: content, chunks, ...how });
      const reader = new StreamReader(user.token);
      await reader.read(url, { ...options, init: sending(content, randomUUID()) });
      return reader;
    };
    const whole = await say({});
    await say({ chunk_delay_ms: 50 }, { until: ({ text }) => text !== '' });
    const failed = await say({ outcome: 'http_error', status: 400, times: 1 });
    await say({ outcome: 'cut', after_chunks: 2, times: 1 });
    await say({ outcome: 'safety', times: 1 });
    const path = `/chatroom/${room}/messages`;
    const failedPath = `${path}/${failed.of('done')[0]!.data.id}`;
    await user.client.post(`${failedPath}/retry`);
    await user.client.post(`${failedPath}/stop`);
    await user.client.get(`${path}/${whole.of('done')[0]!.data.id}`);
    await user.client.delete(`/chatroom/${room}`);
    await product.end('SIGTERM');
    expect(whole.text).toContain(secret);
    expect(product.log).toContain('"http.route":"/chatroom/:id/message"');
    expect(product.log).not.toContain(secret);
  });
});
