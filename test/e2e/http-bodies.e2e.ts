import { newId } from '../../src/platform/crypto/id.js';
import type { Client } from '../support/client.js';
import { newUser, type TestUser } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { sendRaw } from '../support/raw-http.js';

/** A JSON object of this many bytes. */
const sized = (bytes: number) => `{"x":"${'a'.repeat(bytes - 8)}"}`;

describe('a request body', () => {
  let product: Product;
  let client: Client;
  let user: TestUser;
  beforeAll(async () => {
    product = await sharedProduct();
    client = product.client;
    user = await newUser(product);
  });
  afterAll(() => product.close());

  const clock = (raw: string, headers: Record<string, string> = {}) =>
    client.request('POST', '/sandbox/clock', { raw, headers });

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
});
