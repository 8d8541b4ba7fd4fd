import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { sendRaw } from '../../../test/support/raw-http.js';
import { onClientError } from './raw-problem.js';

const lines: object[] = [];
let server: Server;
let url: string;
beforeAll(async () => {
  // A server of Node's own with the product's handler on it, and timeouts that a test can wait for.
  server = createServer(
    { requestTimeout: 50, headersTimeout: 50, connectionsCheckingInterval: 10 },
    (request, response) => (request.url === '/started' ? response.write('half an answer') : request.resume()),
  );
  server.on(
    'clientError',
    onClientError({ appUrl: () => 'http://app', headers: { a: 'b' }, log: (line) => lines.push(line) }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

it('headers that do not end are 408', async () => {
  const answer = await sendRaw(url, 'GET / HTTP/1.1\r\nhost: a\r\n');
  expect([answer.status, answer.body.code, answer.headers.get('a')]).toEqual([408, 'request_timeout', 'b']);
  expect(lines).toContainEqual({ requestId: answer.body.request_id, status: 408, code: 'request_timeout' });
});

it('a body that does not end is 408 under the id and path of its request', async () => {
  const answer = await sendRaw(
    url,
    'POST /slow?q=1 HTTP/1.1\r\nhost: a\r\nx-request-id: slow-body-1\r\ncontent-length: 10\r\n\r\nhalf',
  );
  expect(answer.body).toMatchObject({ status: 408, instance: '/slow', request_id: 'slow-body-1' });
});

it('an answer that has begun is cut, not spliced', async () => {
  const answer = await sendRaw(url, 'POST /started HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf');
  expect(answer.status).toBe(200);
  expect(JSON.stringify(answer.body)).not.toContain('request_timeout');
});

describe('what Node cannot parse', () => {
  const handle = onClientError({ appUrl: () => 'http://app', headers: {}, log: () => undefined });
  const refusing = (packet: string, code: string) => {
    const error = Object.assign(new Error('refused'), { code, rawPacket: Buffer.from(packet, 'latin1') });
    return () => {
      let answer = '';
      const socket = {
        writable: true,
        end: (text: string) => (answer = text),
        on: () => 0,
        destroy: () => 0,
      };
      handle(error, socket as unknown as Socket);
      return answer;
    };
  };

  it.each([
    ['GET /a/b?token=c HTTP/1.1\r\nX-Request-ID: \t raw-id-01 \r\n', '/a/b', 'raw-id-01'],
    ['GARBAGE\r\nx-request-id:raw-id-02\r\n', '/', 'raw-id-02'],
    ['GET /a HTTP/1.1\r\nx-request-id: raw id 03\r\n', '/a', null],
    ['GET /a HTTP/1.1\r\nx-request-id: raw-id-04', '/a', null],
    ['', '/', null],
  ])('%j is told of with its path and id', (packet, path, id) => {
    const answer = refusing(packet, 'HPE_INVALID_METHOD')();
    const body = JSON.parse(answer.split('\r\n\r\n')[1]!) as { instance: string; request_id: string };
    expect(body.instance).toBe(path);
    if (id === null) expect(body.request_id).not.toContain('raw');
    else expect(body.request_id).toBe(id);
  });
});
