import { newId } from '../../src/platform/crypto/id.js';
import { Client } from '../support/client.js';
import { newUser, type TestUser } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { sendRaw } from '../support/raw-http.js';

/** A JSON object of this many bytes. */
const sized = (bytes: number) => `{"x":"${'a'.repeat(bytes - 8)}"}`;

describe('every error is problem+json', () => {
  let product: Product;
  let client: Client;
  let user: TestUser;
  beforeAll(async () => {
    product = await startProduct();
    client = product.client;
    user = await newUser(product);
  });
  afterAll(() => product.close());

  const clock = (raw: string, headers: Record<string, string> = {}) =>
    client.request('POST', '/sandbox/clock', { raw, headers });

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
    // In the one form: the client of these tests holds it against the document.
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

  it.each([
    ['{"advance_seconds":', 'malformed_json'],
    ["{'advance_seconds':1}", 'malformed_json'],
    ['{"advance_seconds":1}}', 'malformed_json'],
    ['[]', 'validation_failed'],
    ['"text"', 'validation_failed'],
    ['null', 'validation_failed'],
  ])('the body %s is 400 %s', async (raw, code) => {
    const answer = await clock(raw);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
  });

  it.each([
    ['NUL as an escape', '{"advance_seconds":1,"x":["a\\u0000"]}', 'x.0'],
    ['NUL in a key', '{"a":{"b\\u0000":1}}', 'a'],
    ['NUL as a byte', '{"x":"a\0"}', ''],
    ['a lone surrogate deep inside', '{"a":{"b":[1,{"c":"\\ud800"}]}}', 'a.b.1.c'],
  ])('%s is 400 invalid_characters', async (_, raw, field) => {
    const answer = await clock(raw);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      code: 'validation_failed',
      errors: [{ field, code: 'invalid_characters' }],
    });
  });

  it.each(['{"__proto__":{"a":1}}', '{"a":{"__proto__":1}}', '{"constructor":{"prototype":{}}}'])(
    'the key that reaches a prototype in %s is 400',
    async (raw) => {
      expect((await clock(raw)).body).toMatchObject({
        code: 'validation_failed',
        errors: [{ code: 'unknown_field' }],
      });
    },
  );

  it('a body nested 200,000 deep is 400 and the process lives', async () => {
    for (const raw of ['['.repeat(200_000), `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`])
      expect((await clock(raw)).status).toBe(400);
    expect((await clock('{"advance_seconds":0}')).status).toBe(200);
  });

  it.each([
    ['/auth/send-otp', 8],
    ['/user/me', 8],
    ['/subscribe/pro', 8],
    ['/chatroom', 128],
    [`/chatroom/${newId()}`, 128],
    [`/chatroom/${newId()}/message`, 512],
    ['/sandbox/clock', 512],
    ['/webhook/stripe', 512],
  ])(
    'a body of %s has at most %i KiB: more is 413 by its length alone, also in chunks',
    async (path, kib) => {
      const method = path === '/user/me' || /^\/chatroom\/[^/]+$/.test(path) ? 'PATCH' : 'POST';
      const send = (raw: string) => user.client.request(method, path, { raw });
      const { status, body } = await send(sized(kib * 1024 + 1));
      expect([status, body.code, body.detail]).toEqual([
        413,
        'payload_too_large',
        expect.stringContaining(`${kib} KiB`),
      ]);
      expect((await send(sized(kib * 1024))).status).toBe(400);
      const head = `${method} ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n`;
      const announced = await sendRaw(product.url, `${head}content-length: ${kib * 1024 + 1}\r\n\r\n{`);
      expect(announced.status).toBe(413);
      const chunk = `${(kib * 1024 + 1).toString(16)}\r\n${sized(kib * 1024 + 1)}\r\n`;
      expect((await sendRaw(product.url, `${head}transfer-encoding: chunked\r\n\r\n${chunk}`)).status).toBe(
        413,
      );
    },
  );

  it.each([
    ['1,001 values', JSON.stringify(Array(1000).fill(0))],
    [
      'an object of 101 members',
      JSON.stringify(
        Object.fromEntries(
          Array(101)
            .fill(0)
            .map((_, n) => [`a${n}`, 0]),
        ),
      ),
    ],
    ['33 levels', '['.repeat(33) + ']'.repeat(33)],
  ])('%s are 400 malformed_json, at any place of the body', async (_, json) => {
    for (const raw of [json, `{"name":${json}}`, `{"name":[{"a":${json}}]}`]) {
      const answer = await user.client.request('POST', '/chatroom', { raw });
      expect([answer.status, answer.body.code]).toEqual([400, 'malformed_json']);
    }
  });

  it('a sandbox script may have more values', async () => {
    const script = {
      match: 'nothing-has-this',
      outcome: 'answer',
      chunks: Array(20).fill('a'),
    };
    const scripts = Array.from({ length: 100 }, () => script);
    expect((await client.post('/sandbox/llm/script', { scripts })).status).toBe(200);
  });

  it.each([
    ['message', 202],
    ['message/stream', 200],
  ])('a message of 32,000 emoji, each escaped, is taken by POST …/%s', async (path, status) => {
    const room = (await user.client.post('/chatroom')).body.id;
    const raw = `{"content":"${'\\ud83d\\ude00'.repeat(32_000)}"}`;
    const call = { raw, firstEvent: true };
    expect((await user.client.request('POST', `/chatroom/${room}/${path}`, call)).status).toBe(status);
  });

  it.each(['toString', 'constructor', 'hasOwnProperty', 'valueOf', '__defineGetter__', 'isPrototypeOf'])(
    'the name %s, which every object has, is an unknown field like others',
    async (name) => {
      const { status, body } = await user.client.patch('/user/me', { name: 'A', [name]: 'x' });
      expect([status, body.errors]).toEqual([
        400,
        [expect.objectContaining({ field: name, code: 'unknown_field' })],
      ]);
    },
  );

  it('a misspelt field is reported together with the missing one', async () => {
    const { body } = await client.post('/auth/send-otp', { mobile_nubmer: '+14155550100' });
    expect(body.errors.map(({ field, code }: Record<string, string>) => `${field} ${code}`)).toEqual([
      'mobile_nubmer unknown_field',
      'mobile_number required',
    ]);
  });

  it('at most 20 errors are reported, with names of at most 100 characters', async () => {
    const names = Array.from({ length: 99 }, (_, n) => `${n}${'x'.repeat(200)}`);
    const { text, body } = await client.post(
      '/sandbox/clock',
      Object.fromEntries(names.map((name) => [name, 1])),
    );
    expect(body.errors).toHaveLength(20);
    expect(text.length).toBeLessThan(10_000);
  });

  it('an address of more than 100 query parameters is 400', async () => {
    const path = (count: number) => `/user/me?${Array(count).fill('a=1').join('&')}`;
    expect((await user.client.get(path(100))).status).toBe(200);
    expect((await user.client.get(path(101))).body.code).toBe('validation_failed');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'nonsense'])(
    'a body of type %s is 415',
    async (type) => {
      const answer = await clock('{"advance_seconds":0}', { 'content-type': type });
      expect([answer.status, answer.body.code]).toEqual([415, 'unsupported_media_type']);
    },
  );

  it.each(['text/plain', 'nonsense', 'application/json'])(
    'without a body the type %s says nothing',
    async (type) => {
      const answer = await user.client.request('DELETE', '/auth/sessions', {
        headers: { 'content-type': type },
      });
      expect(answer.status).toBe(204);
    },
  );

  it.each(['null', '[]', '1', '"text"', 'true'])('the body %s is no object', async (raw) => {
    const headers = { 'content-type': 'application/json' };
    const { status, body } = await user.client.request('POST', '/chatroom', { raw, headers });
    expect([status, body.errors[0].code]).toEqual([400, 'invalid_type']);
  });

  it('a compressed body is 415', async () => {
    for (const coding of ['gzip', 'br', 'identity, gzip'])
      expect((await clock('{}', { 'content-encoding': coding })).status).toBe(415);
    expect((await clock('{"advance_seconds":0}', { 'content-encoding': 'Identity' })).status).toBe(200);
  });

  it.each([
    { 'content-type': 'application/json' },
    { 'content-type': 'application/json; charset=utf-8' },
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'content-type': 'text/plain' },
  ])('an empty body is {}, also with %j', async (headers) => {
    // `advance_seconds` is missed, so the body was read as {}.
    expect((await clock('', headers)).body.errors).toEqual([
      expect.objectContaining({ field: 'advance_seconds', code: 'required' }),
    ]);
  });

  it('an absent body is {}', async () => {
    const answer = await client.post('/sandbox/clock');
    expect(answer.body.errors[0]).toMatchObject({ field: 'advance_seconds', code: 'required' });
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
