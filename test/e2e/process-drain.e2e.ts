import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Answer } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import type { TestUser } from '../support/people.js';
import { backend, newDatabase, redisUrl, TEST_ENVIRONMENT } from '../support/processes.js';
import { runProgram, startProduct, type Product } from '../support/product.js';
import { openRaw, type RawAnswer } from '../support/raw-http.js';
import { someoneWithRoom } from '../support/rooms.js';

describe('a start that fails half-way reports its error once, and no error of the queues that it closes', () => {
  const failing = new URL('../support/failing-start.js', import.meta.url).href;

  it.each(['initialize', 'getRepository'])('%s', async (part) => {
    const DATABASE_URL = await newDatabase();
    const environment = {
      ...TEST_ENVIRONMENT,
      DATABASE_URL,
      ...(backend === 'redis' && { REDIS_URL: redisUrl(DATABASE_URL) }),
      FAILING_START: part,
    };
    const { code, output } = await runProgram('main', environment, [failing]);
    const errors = output.match(/^.*error.*$/gim);
    expect([code, errors]).toEqual([1, ['Error: planted: this part cannot be made']]);
  });
});

const HALF =
  'POST /sandbox/clock HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 21\r\n\r\n{"advance';
const OTHER_HALF = '_seconds":0}';

const takesNobodyNew = (product: Product) =>
  eventually(() =>
    product.client.get('/health/live').then(
      () => false,
      () => true,
    ),
  );

/** Keeps a connection open after its response. @returns a promise of its end */
async function keepAlive({ url }: Product): Promise<{ closed: Promise<unknown> }> {
  const agent = new Agent({ keepAlive: true });
  return new Promise((resolve) =>
    get(`${url}/health/live`, { agent }, (response) => {
      const closed = once(response.socket, 'close');
      response.resume().once('end', () => resolve({ closed }));
    }),
  );
}

/** Opens the stream of a reply and does not read its text, which is more than the connection's own buffers hold. */
async function doNotRead(product: Product, user: TestUser, room: string, id: string): Promise<Socket> {
  await product.rows(`update messages set content = repeat('x', 20000000) where id = $1`, [id]);
  const { hostname, port } = new URL(product.url);
  const reader = connect(Number(port), hostname);
  reader.on('error', () => undefined);
  reader.write(
    `GET /chatroom/${room}/messages/${id}/stream HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${user.token}\r\n\r\n`,
  );
  await eventually(() => reader.readableLength > 0);
  return reader;
}

describe('a stopping process', () => {
  const CUT = /"http.route":"\/chatroom\/:id\/messages\/:mid\/stream".*"error.type":"response_cut"/;
  let product: Product;
  let running: RawAnswer;
  let waiting: Answer;
  let exitCode: number | null;

  // One process is stopped with all of them open, and the running request ends last. What is not closed at once stays until
  // the end of the drain, twelve seconds, which would cut that request as well: its 200 proves that nothing waited so long.
  beforeAll(async () => {
    product = await startProduct({}, { isFresh: true });
    const { user, room } = await someoneWithRoom(product);
    const send = (content: string, headers = {}) =>
      user.client.post(`/chatroom/${room}/message`, { content }, { headers });
    const waits = send('hi [[sandbox: first=60000]]', { prefer: 'wait=60' });
    await eventually(async () => (await product.rows('select from messages')).length === 2);
    // It waits for its slot: no worker writes to it.
    const reader = await doNotRead(product, user, room, (await send('next')).body.reply.id);
    const { closed } = await keepAlive(product);
    const runs = openRaw(product.url, HALF);
    await product.client.get('/health/live');

    const exited = product.end('SIGTERM');
    await takesNobodyNew(product);
    waiting = await waits;
    await closed;
    await eventually(() => CUT.test(product.log));
    runs.send(OTHER_HALF);
    running = await runs.answer;
    exitCode = await exited;
    reader.destroy();
    await product.close();
  });

  it('answers a running request, refuses new ones and writes its whole log', () => {
    expect([running.status, exitCode]).toEqual([200, 0]);
    expect(product.log).toContain('"http.route":"/sandbox/clock","http.response.status_code":200');
  });

  it('answers a waiting client at once with the reply’s state', () => {
    expect([waiting.status, waiting.body.reply.completed_at]).toEqual([202, null]);
    expect([running.status, exitCode]).toEqual([200, 0]);
  });

  it('is not delayed by a keep-alive connection', () => {
    expect([running.status, exitCode]).toEqual([200, 0]);
  });

  it('is not delayed by a stream reader that does not read', () => {
    expect([running.status, exitCode]).toEqual([200, 0]);
    expect(product.log).toMatch(CUT);
  });

  it('ends at once at a second signal', async () => {
    const product = await startProduct({}, { isFresh: true });
    const running = openRaw(product.url, HALF);
    await product.client.get('/health/live');
    const ended = product.end('SIGTERM');
    await takesNobodyNew(product);
    product.process.kill('SIGTERM');
    expect(await ended).toBe(1);
    await running.answer.catch(() => undefined);
    await product.close();
  });
});
