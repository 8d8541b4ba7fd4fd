import { newId } from '../../src/platform/crypto/id.js';
import type { Client } from '../support/client.js';
import { newUser, type TestUser } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { sendRaw } from '../support/raw-http.js';

describe('every error is problem+json', () => {
  let product: Product;
  let client: Client;
  let user: TestUser;
  beforeAll(async () => {
    product = await sharedProduct();
    client = product.client;
    user = await newUser(product);
  });
  afterAll(() => product.close());

  it('an unknown address is 404, with the id that was sent and without the query', async () => {
    const answer = await client.get('/nowhere?token=secret', {
      headers: { 'x-request-id': 'my-id:0001', accept: 'text/html' },
    });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('x-request-id')).toBe('my-id:0001');
    expect(answer.body).toEqual({
      type: `${product.url}/docs/errors#not_found`,
      title: 'Not found',
      status: 404,
      detail: expect.any(String),
      code: 'not_found',
      instance: '/nowhere',
      request_id: 'my-id:0001',
    });
  });

  it('a request id that could break a log line is replaced', async () => {
    const { headers } = await client.get('/nowhere', { headers: { 'x-request-id': 'a"b c d e f' } });
    expect(headers.get('x-request-id')).toMatch(/^[A-Za-z0-9._:-]{8,128}$/);
  });

  it.each(['/%zz', '/user/%E0%A4%A', '/user/me%00', `/${'a'.repeat(3000)}`, `/chatroom/${'1'.repeat(300)}`])(
    'an address that cannot be decoded, or is longer than any id, is 404: %.20s',
    async (path) => {
      const answer = await client.get(path);
      expect(answer.status).toBe(404);
      expect(answer.body).toMatchObject({ code: 'not_found', instance: path });
      expect(answer.headers.get('x-request-id')).toBe(answer.body.request_id);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    },
  );

  it.each(['POST', 'DELETE', 'PUT', 'PURGE'])(
    '%s where it does not exist is 405 and names what does',
    async (method) => {
      const answer = await sendRaw(
        product.url,
        `${method} /user/usage/?a=b HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
      );
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toMatch(/^GET, HEAD, OPTIONS/);
      expect(answer.body.code).toBe('method_not_allowed');
    },
  );

  it('HEAD is refused where there is no GET, without a body', async () => {
    const answer = await client.request('HEAD', '/sandbox/clock');
    expect(answer).toMatchObject({ status: 405, text: '' });
    expect(answer.headers.get('allow')).toBe('OPTIONS, POST');
  });

  it('HEAD gives the head of GET', async () => {
    const answer = await user.client.request('HEAD', '/user/me');
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(10);
  });

  it('OPTIONS names the methods of an address that exists, and only of one', async () => {
    const known = await client.request('OPTIONS', '/user/me');
    expect([known.status, known.headers.get('allow')]).toEqual([
      204,
      expect.stringContaining('GET, HEAD, OPTIONS'),
    ]);
    // In the standard form: the tests' client checks it against the document.
    expect((await client.request('OPTIONS', '/nowhere')).body).toMatchObject({
      code: 'not_found',
      status: 404,
    });
  });

  it('OPTIONS * and a DELETE with a content type and no body are answered as problems', async () => {
    const end = 'host: 127.0.0.1\r\nconnection: close\r\n';
    const server = await sendRaw(product.url, `OPTIONS * HTTP/1.1\r\n${end}\r\n`);
    expect(server).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(server.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const empty = `DELETE /auth/sessions HTTP/1.1\r\n${end}content-type: text/plain\r\n\r\n`;
    expect((await sendRaw(product.url, empty)).body.code).toBe('unauthenticated');
  });

  it.each(['text/html', 'application/xml, text/*;q=0.5', 'application/json;q=0, */*', 'text/event-stream'])(
    'Accept: %s excludes JSON and is 406',
    async (accept) => {
      const answer = await user.client.get('/user/me', { headers: { accept } });
      expect([answer.status, answer.body.code]).toEqual([406, 'not_acceptable']);
    },
  );

  it.each([
    'application/json',
    '*/*',
    'application/*;q=0.1',
    'text/html, */*;q=0.8',
    'Application/JSON;charset=utf-8',
  ])('Accept: %s takes JSON', async (accept) => {
    expect((await user.client.get('/user/me', { headers: { accept } })).status).toBe(200);
  });

  it('an address of more than 100 query parameters is 400', async () => {
    const path = (count: number) => `/user/me?${Array(count).fill('a=1').join('&')}`;
    expect((await user.client.get(path(100))).status).toBe(200);
    expect((await user.client.get(path(101))).body.code).toBe('validation_failed');
  });

  it('a repeated query parameter is not a 500', async () => {
    for (const path of ['/user/me?a=1&a=2', '/user/me?__proto__=1&constructor=2', '/user/me?a[b]=%zz&%00=1'])
      expect((await user.client.get(path)).status).toBe(200);
  });

  it('a malformed id answers like an unknown one', async () => {
    const known = await user.client.get(`/auth/sessions/${newId()}`);
    expect([404, 405]).toContain(known.status);
  });

  it.each([
    [
      'headers over 16 KiB',
      `GET / HTTP/1.1\r\nhost: localhost\r\nx-request-id: raw-id-01\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    [
      'headers of a megabyte',
      `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'a'.repeat(1_000_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    ['what is not HTTP', `HELLO\r\n\r\n`, 400, 'validation_failed'],
    ['an unknown method', `FETCH / HTTP/1.1\r\nhost: localhost\r\n\r\n`, 400, 'validation_failed'],
    [
      'two lengths',
      `POST /sandbox/clock HTTP/1.1\r\nhost: localhost\r\nx-request-id: raw-id-02\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n`,
      400,
      'validation_failed',
    ],
    [
      'two Hosts',
      `GET /user/me HTTP/1.1\r\nhost: localhost\r\nHOST: localhost\r\nconnection: close\r\n\r\n`,
      400,
      'validation_failed',
    ],
    [
      'a Host that is none',
      `GET /user/me HTTP/1.1\r\nhost: a@localhost\r\nconnection: close\r\n\r\n`,
      400,
      'validation_failed',
    ],
    [
      'a target for another host',
      `GET http://a.example/user/me HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
      400,
      'validation_failed',
    ],
    ['no Host', `GET /user/me HTTP/1.1\r\nconnection: close\r\n\r\n`, 400, 'validation_failed'],
  ])('%s is answered in the same form', async (_, bytes, status, code) => {
    const answer = await sendRaw(product.url, bytes);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ status, code });
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers.get('x-request-id')).toBe(answer.body.request_id);
    expect(answer.headers.get('sandbox')).toContain('sms');
    const given = /x-request-id: (\S+)/.exec(bytes)?.[1];
    if (given) expect(answer.body.request_id).toBe(given);
  });

  it('a request target in absolute form works like its path', async () => {
    const bytes = 'GET http://localhost/user/me?a=b HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';
    expect((await sendRaw(product.url, bytes)).body).toMatchObject({
      code: 'unauthenticated',
      instance: '/user/me',
    });
  });

  it('an unknown Expect header is ignored', async () => {
    const answer = await sendRaw(
      product.url,
      'GET /nowhere HTTP/1.1\r\nhost: localhost\r\nexpect: tea\r\nconnection: close\r\n\r\n',
    );
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  });

  it('a trailing slash is tolerated', async () => {
    expect((await user.client.get('/user/me/')).status).toBe(200);
  });
});
