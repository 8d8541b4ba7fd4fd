import { mkdtemp } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.js';
import { newUser } from '../support/people.js';
import { TEST_ENVIRONMENT } from '../support/processes.js';
import { runProgram, startProduct, type Product } from '../support/product.js';
import { openRaw } from '../support/raw-http.js';
import { newRoom, someoneWithRoom } from '../support/rooms.js';
import { ADMIN_URL } from '../support/servers.js';

describe('a failed start says what to do, without a stack or a secret', () => {
  it('a worker without a database of its own', async () => {
    const { code, output } = await runProgram('worker', TEST_ENVIRONMENT);
    expect([code, output]).toEqual([78, expect.stringContaining('DATABASE_URL: is required for a worker')]);
  });

  it.each([
    ['no such database', (url: URL) => (url.pathname = '/nowhere'), 'does not exist'],
    ['a wrong password', (url: URL) => (url.password = 'sesame'), 'refuses the user or password'],
  ])('%s', async (_, spoil, message) => {
    const url = new URL(process.env[ADMIN_URL]!);
    spoil(url);
    const { code, output } = await runProgram('main', { ...TEST_ENVIRONMENT, DATABASE_URL: url.href });
    expect([code, output]).toEqual([1, expect.stringContaining(message)]);
    expect(output).not.toContain('sesame');
    expect(output).not.toMatch(/\n\s+at /);
  });
});

describe('a start that fails half-way reports its error once, and no error of the queues that it closes', () => {
  const failing = new URL('../support/failing-start.js', import.meta.url).href;

  it.each(['initialize', 'getRepository'])('%s', async (part) => {
    const DATA_DIR = await mkdtemp(join(tmpdir(), 'failing-start-'));
    const environment = { ...TEST_ENVIRONMENT, DATA_DIR, FAILING_START: part };
    const { code, output } = await runProgram('main', environment, [failing]);
    const errors = output.match(/^.*error.*$/gim);
    expect([code, errors]).toEqual([1, ['Error: planted: this part cannot be made']]);
  });
});

/** Milliseconds that an orderly stop takes. */
async function stopTime(product: Product): Promise<number> {
  const began = performance.now();
  expect(await product.end('SIGTERM')).toBe(0);
  const ms = performance.now() - began;
  await product.close();
  return ms;
}

describe('a stopping process', () => {
  const HALF =
    'POST /sandbox/clock HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 21\r\n\r\n{"advance';
  const takesNobodyNew = (product: Product) =>
    eventually(() =>
      product.client.get('/health/live').then(
        () => false,
        () => true,
      ),
    );

  it('answers a running request, refuses new ones and writes its whole log', async () => {
    const product = await startProduct();
    const running = openRaw(product.url, HALF);
    await product.client.get('/health/live');
    const ended = product.end('SIGTERM');
    await takesNobodyNew(product);
    running.send('_seconds":0}');
    const answer = await running.answer;
    expect([answer.status, await ended]).toEqual([200, 0]);
    expect(product.log).toContain('"http.route":"/sandbox/clock","http.response.status_code":200');
    await product.close();
  });

  it('answers a waiting client at once with the reply’s state', async () => {
    const product = await startProduct();
    const user = await newUser(product);
    const room = (await newRoom(user)).id;
    const waiting = user.client.post(
      `/chatroom/${room}/message`,
      { content: 'hi [[sandbox: first=60000]]' },
      { headers: { prefer: 'wait=60' } },
    );
    await eventually(async () => (await product.rows('select from messages')).length === 2);
    const ended = product.end('SIGTERM');
    const { status, body } = await waiting;
    expect([status, body.reply.completed_at]).toEqual([202, null]);
    expect(await ended).toBe(0);
    await product.close();
  });

  it('is not delayed by a keep-alive connection', async () => {
    const product = await startProduct();
    const agent = new Agent({ keepAlive: true });
    await new Promise<void>((resolve) =>
      get(`${product.url}/health/live`, { agent }, (response) => response.resume().once('end', resolve)),
    );
    const began = performance.now();
    expect(await product.end('SIGTERM')).toBe(0);
    expect(performance.now() - began).toBeLessThan(8000);
    agent.destroy();
    await product.close();
  });

  it('is not delayed by a stream reader that does not read', async () => {
    const product = await startProduct({ WORKER: 'separate' });
    const { user, room } = await someoneWithRoom(product);
    const sent = await user.client.post(`/chatroom/${room}/message`, { content: 'hello' });
    const { id } = sent.body.reply;
    // More than the connection's own buffers hold.
    await product.rows(`update messages set content = repeat('x', 20000000) where id = $1`, [id]);
    const { hostname, port } = new URL(product.url);
    // Its text is not consumed, so it stops there.
    const reader = connect(Number(port), hostname);
    reader.on('error', () => undefined);
    reader.write(
      `GET /chatroom/${room}/messages/${id}/stream HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${user.token}\r\n\r\n`,
    );
    await eventually(() => reader.readableLength > 0);
    // A delay would last until the end of the drain, twelve seconds. A stop without a reader shows the machine's own time.
    const usualMs = await stopTime(await startProduct({ WORKER: 'separate' }));
    expect(await stopTime(product)).toBeLessThan(usualMs + 8000);
    expect(product.log).toMatch(
      /"http.route":"\/chatroom\/:id\/messages\/:mid\/stream".*"error.type":"response_cut"/,
    );
    reader.destroy();
  });

  it('ends at once at a second signal', async () => {
    const product = await startProduct();
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
