import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { jest } from '@jest/globals';
import { sendRaw } from '../../../../test/support/raw-http.js';
import { onClientError } from './raw-problem.js';

const lines: object[] = [];
let server: Server;
let url: string;
/**
 * Node reads its timeouts at each check, so the test decides when the time is over and does not depend on the machine's
 * speed.
 */
const setTimeouts = (ms: number) => {
  server.headersTimeout = ms;
  server.requestTimeout = ms;
};
const timeIsOver = () => setTimeouts(1);
beforeAll(async () => {
  // A plain Node server with the product's handler.
  server = createServer({ connectionsCheckingInterval: 10 }, (request, response) => {
    if (request.url === '/started') response.write('half an answer', timeIsOver);
    else request.resume().once('data', timeIsOver);
  });
  server.on(
    'clientError',
    onClientError({ appUrl: () => 'http://app', headers: { a: 'b' }, log: (line) => lines.push(line) }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => setTimeouts(0));
afterAll(() => server.close());

it('headers that do not end get 408', async () => {
  timeIsOver();
  const answer = await sendRaw(url, 'GET / HTTP/1.1\r\nhost: a\r\n');
  expect([answer.status, answer.body.code, answer.headers.get('a')]).toEqual([408, 'request_timeout', 'b']);
  expect(lines).toContainEqual({ requestId: answer.body.request_id, status: 408, code: 'request_timeout' });
});

it('a body that does not end gets 408 with the id and path of its request', async () => {
  const answer = await sendRaw(
    url,
    'POST /slow?q=1 HTTP/1.1\r\nhost: a\r\nx-request-id: slow-body-1\r\ncontent-length: 10\r\n\r\nhalf',
  );
  expect(answer.body).toMatchObject({ status: 408, instance: '/slow', request_id: 'slow-body-1' });
});

it('a started response is cut, and no other is spliced into it', async () => {
  const answer = await sendRaw(url, 'POST /started HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf');
  expect(answer.status).toBe(200);
  expect(JSON.stringify(answer.body)).not.toContain('request_timeout');
});

/** A socket that records the calls to it. */
const socketWith = (more: object = {}) => {
  const done = { answer: '', destroyed: 0, cause: undefined as unknown, reads: false };
  const socket = {
    writable: true,
    end: (text: string) => (done.answer = text),
    on: (event: string) => (done.reads = event === 'data'),
    destroy: (cause?: unknown) => {
      done.destroyed += 1;
      done.cause = cause;
    },
    ...more,
  };
  return { done, socket: socket as unknown as Socket };
};
const log: object[] = [];
const handle = onClientError({
  appUrl: () => 'http://app',
  headers: { a: 'b' },
  log: (line) => log.push(line),
});
const errorOf = (code: string | undefined, packet?: string) =>
  Object.assign(new Error('refused'), {
    code,
    rawPacket: packet === undefined ? undefined : Buffer.from(packet, 'latin1'),
  });
interface Told {
  instance: string;
  request_id: string;
  status: number;
  code: string;
  detail: string;
}
const refuse = (
  packet?: string,
  { code = 'HPE_INVALID_METHOD', ...more }: { code?: string } & object = {},
) => {
  const { done, socket } = socketWith(more);
  handle(errorOf(code, packet), socket);
  const [head = '', body = ''] = done.answer.split('\r\n\r\n');
  return { head: head.split('\r\n'), body, told: JSON.parse(body) as Told };
};

describe('a packet that Node cannot parse', () => {
  it.each([
    ['GET /a/b?token=c HTTP/1.1\r\nX-Request-ID: \t raw-id-01 \r\n', '/a/b', 'raw-id-01'],
    ['GARBAGE\r\nx-request-id:raw-id-02\r\n', '/', 'raw-id-02'],
    ['GET /a HTTP/1.1\r\nx-request-id: raw-id-07\r\nhost: a\r\n', '/a', 'raw-id-07'],
    ['GARBAGE-IN-14-raw-id-without-a-header\r\n', '/', null],
    ['GET /a HTTP/1.1\r\nx-request-id: raw id 03\r\n', '/a', null],
    ['GET /a HTTP/1.1\r\nx-request-id: raw-id-04', '/a', null],
    ['GET /a HTTP/1.1\r\nnot-x-request-id: raw-id-05\r\n', '/a', null],
    [' /a HTTP/1.1\r\n', '/', null],
    ['GET http://a/b HTTP/1.1\r\n', '/', null],
    ['GET a/b\r\n', '/', null],
    ['GET\r\n', '/', null],
    ['', '/', null],
    [undefined, '/', null],
  ])('%j is reported with its path and id', (packet, path, id) => {
    const { told } = refuse(packet);
    expect(told.instance).toBe(path);
    if (id === null) expect(told.request_id).not.toContain('raw');
    else expect(told.request_id).toBe(id);
  });

  it.each([
    [
      'a path is reported up to 2,000 characters of its line',
      `GET /${'a'.repeat(2000)}`,
      `/${'a'.repeat(1995)}`,
      null,
    ],
    ['an id in the first 16 KiB is found', head(16 * 1024 - 26), '/', 'raw-id-06'],
    ['an id behind them is not', head(16 * 1024 - 25), '/', null],
    [
      'a line of 256 characters may hold an id',
      `\r\nx-request-id:${' '.repeat(245)}raw-id-06\r\n`,
      '/',
      'raw-id-06',
    ],
    ['a longer one may not', `\r\nx-request-id:${' '.repeat(246)}raw-id-06\r\n`, '/', null],
  ])('%s', (_, packet, path, id) => {
    const { told } = refuse(packet);
    expect([told.instance, told.request_id.startsWith('raw') ? told.request_id : null]).toEqual([path, id]);
  });

  it.each([
    ['HPE_HEADER_OVERFLOW', 431, 'headers_too_large'],
    ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413, 'payload_too_large'],
    ['ERR_HTTP_REQUEST_TIMEOUT', 408, 'request_timeout'],
    ['HPE_INVALID_METHOD', 400, 'validation_failed'],
  ])('%s is %d %s, in the answer and in the log', (code, status, expected) => {
    log.length = 0;
    const {
      head: [line],
      told,
    } = refuse('', { code });
    expect([told.status, told.code]).toEqual([status, expected]);
    expect(line).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [A-Z]`));
    expect(log).toEqual([{ requestId: told.request_id, status, code: expected }]);
    if (status === 400) expect(told.detail).toBe('This is not HTTP/1.1 as RFC 9112 has it.');
  });

  it('is answered with the standard headers, a length, and the end of the connection', () => {
    const {
      head: [, ...lines],
      body,
      told,
    } = refuse('GET /ä HTTP/1.1\r\n');
    const headers = Object.fromEntries(lines.map((line) => line.split(': ', 2)));
    expect(headers).toEqual({
      a: 'b',
      'content-type': 'application/problem+json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'x-request-id': told.request_id,
      date: expect.stringMatching(/GMT$/) as string,
      connection: 'close',
    });
    expect(Buffer.byteLength(body)).toBeGreaterThan(body.length);
  });

  it('is reported with the id and path of the request that it belongs to, if any', () => {
    const pending = (id?: string) => ({
      _httpMessage: { headersSent: false, req: { url: '/own?q=1', headers: { 'x-request-id': id } } },
    });
    const packet = 'GET /other HTTP/1.1\r\nx-request-id: other-id-1\r\n';
    expect(refuse(packet, pending('own-id-01')).told).toMatchObject({
      instance: '/own',
      request_id: 'own-id-01',
    });
    expect(refuse(packet, pending()).told).toMatchObject({ instance: '/own', request_id: 'other-id-1' });
    expect(refuse(packet, pending('no id')).told.request_id).not.toContain('other');
  });

  it.each([
    ['a connection that was reset', 'ECONNRESET', {}],
    ['a socket that takes no more', 'HPE_INVALID_METHOD', { writable: false }],
    ['an answer that has begun', 'HPE_INVALID_METHOD', { _httpMessage: { headersSent: true } }],
  ])('%s is closed without a response', (_, code, more) => {
    log.length = 0;
    const { done, socket } = socketWith(more);
    const error = errorOf(code, '');
    handle(error, socket);
    expect(done).toEqual({ answer: '', destroyed: 1, cause: error, reads: false });
    expect(log).toEqual([]);
  });

  it('a connection gets one response, regardless of the number of errors, and is closed a second later', () => {
    jest.useFakeTimers();
    const { done, socket } = socketWith();
    handle(errorOf('HPE_INVALID_METHOD', 'GET /first HTTP/1.1\r\n'), socket);
    handle(errorOf('HPE_INVALID_METHOD', 'GET /second HTTP/1.1\r\n'), socket);
    expect([done.answer.includes('/first'), done.reads]).toEqual([true, true]);
    jest.advanceTimersByTime(999);
    expect(done.destroyed).toBe(0);
    jest.advanceTimersByTime(1);
    expect(done.destroyed).toBe(1);
    jest.useRealTimers();
  });
});

/** A packet in which so many bytes stand before the line of its id. */
function head(bytes: number): string {
  return `${'x'.repeat(bytes)}\r\nx-request-id:raw-id-06\r\n`;
}
