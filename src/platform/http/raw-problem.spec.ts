import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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
