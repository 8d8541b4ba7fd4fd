import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { EventStreamBody } from './event-stream.js';

const MB = 1024 * 1024;
const unread = () => new EventStreamBody(() => undefined);
const isOpen = async (body: EventStreamBody) => {
  await turn();
  return !body.destroyed;
};

it('a part written at once is delivered completely, regardless of its length', async () => {
  const body = unread();
  for (let part = 0; part < 3; part += 1) body.send('x'.repeat(5 * MB));
  body.end();
  expect(await isOpen(body)).toBe(true);
  let bytes = 0;
  for await (const chunk of body) bytes += (chunk as Buffer).length;
  expect(bytes).toBeGreaterThan(15 * MB);
});

it('also when it consists of many parts of medium length', async () => {
  const body = unread();
  for (let part = 0; part < 3; part += 1) body.send('x'.repeat(MB / 4 - 1));
  body.send('done');
  expect(await isOpen(body)).toBe(true);
});

it('a reader that does not read a long part is disconnected when further parts exceed the bound', async () => {
  const body = unread();
  body.send('x'.repeat(5 * MB));
  for (let nth = 0; nth < 100; nth += 1) body.send('y'.repeat(10_000));
  expect(await isOpen(body)).toBe(true);
  for (let nth = 0; nth < 10; nth += 1) body.send('y'.repeat(10_000));
  expect(await isOpen(body)).toBe(false);
});

it('a reader that has read a long part has the usual bound again', async () => {
  const body = unread();
  body.send('x'.repeat(5 * MB));
  body.on('data', () => undefined);
  await once(body, 'data');
  body.removeAllListeners('data').pause();
  for (let nth = 0; nth < 110; nth += 1) body.send('y'.repeat(10_000));
  expect(await isOpen(body)).toBe(false);
});

describe('over a connection', () => {
  let server: Server;
  let client: Socket;
  afterEach(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });

  /** Serves this body to a client; the client reads when the test calls it. */
  async function answered(body: EventStreamBody): Promise<ServerResponse> {
    const answering = new Promise<ServerResponse>((resolve) => {
      server = createServer((_, response) => {
        body.answeredBy(response);
        body.pipe(response);
        resolve(response);
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
    client.on('error', () => undefined);
    client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    return answering;
  }

  it.each<[string, number, (body: EventStreamBody) => void]>([
    ['it was cut', 2000, (body) => body.cut()],
    ['it was left', 2000, (body) => body.leave()],
    ['its end', 5000, (body) => body.end()],
  ])('a reader that does not read is disconnected soon after %s', async (_, withinMs, act) => {
    const body = unread();
    body.send('x'.repeat(30 * MB));
    body.send('the last of it');
    const response = await answered(body);
    await pause(100);
    act(body);
    // Timers of one process fire in order of their due time, however late, so the test does not depend on the machine's
    // speed.
    await pause(withinMs);
    expect([response.writableFinished, response.destroyed, body.destroyed]).toEqual([false, true, true]);
  });

  it('a slow reader reads the rest of a stream to its end', async () => {
    const body = unread();
    body.send('x'.repeat(30 * MB));
    body.send('the last of it');
    const response = await answered(body);
    body.end();
    let last = '';
    client.on('data', (bytes) => {
      last = bytes.toString('latin1').slice(-100);
      client.pause();
    });
    const from = performance.now();
    while (!response.writableFinished && !response.destroyed) {
      client.resume();
      // Enough bytes that reading takes longer in total than a reader may be silent.
      await pause(performance.now() - from < 4500 ? 100 : 1);
    }
    client.removeAllListeners('data').on('data', (bytes) => (last = (last + bytes).slice(-100)));
    client.resume();
    await turn();
    expect(response.writableFinished).toBe(true);
    expect(performance.now() - from).toBeGreaterThan(4000);
  });
});
