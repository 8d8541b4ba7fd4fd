import fastify, { type FastifyContextConfig, type FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import { sendRaw } from '../../../../test/support/raw-http.js';
import {
  acceptJsonBodies,
  BodyLimit,
  DEFAULT_BODY_KIB,
  limitBody,
  MESSAGE_BODY_KIB,
  parseJsonBody,
  RawBody,
  ROOM_BODY_KIB,
  shortened,
} from './json-body.js';
import { Problem } from '../../problem/problem.js';

const parse = (text: string | Buffer, encoding?: string) =>
  parseJsonBody(Buffer.from(text as string), encoding);
function refusal(body: string | Buffer): string {
  try {
    parse(body);
  } catch (error) {
    const { code, errors } = error as Problem;
    return errors ? `${errors[0]!.code} ${errors[0]!.field}` : code;
  }
  return 'taken';
}

it.each(['', ' \r\n\t', '\ufeff'])('a body of white space counts as absent', (text) => {
  expect(parse(text)).toBeUndefined();
});

it('a byte order mark is skipped, and escapes of complete characters are accepted', () => {
  expect(parse('\ufeff{"a":"\\ud83d\\ude00\\u00e9"}')).toEqual({ a: '😀é' });
});

it.each([
  ['{', 'malformed_json'],
  ['{"a":"\\u0000"}', 'invalid_characters a'],
  ['{"a":"\\\\u0000"}', 'taken'],
  ['{"a":"\\udc00\\ud800"}', 'invalid_characters a'],
  [Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]), 'invalid_characters '],
  ['{"a":[{"__proto__":1}]}', 'unknown_field a.0.__proto__'],
  ['{"\\u005f_proto__":1}', 'unknown_field __proto__'],
  ['{"constructor":1}', 'taken'],
  ['{"constructor":null}', 'taken'],
  ['{"constructor":"prototype"}', 'taken'],
  ['{"constructor":{"a":{"prototype":1}}}', 'taken'],
  ['{"other":{"prototype":1}}', 'taken'],
  ['{"a":{"constructor":{"prototype":1}}}', 'unknown_field a.constructor'],
  ['{"a":{"\\u0000":1}}', 'invalid_characters a'],
  ['{"a":["b",{"c":"\\ud800"}]}', 'invalid_characters a.1.c'],
  ['null', 'taken'],
  ['{"a":1,"b":null,"c":"\\u00e9"}', 'taken'],
  [`{"${'k'.repeat(101)}":{"__proto__":1}}`, `unknown_field ${'k'.repeat(100)}…`],
  ['[["__proto__"]]', 'taken'],
  ['['.repeat(32) + ']'.repeat(32), 'taken'],
  ['['.repeat(33) + ']'.repeat(33), 'malformed_json'],
  [JSON.stringify(Array(999).fill(0)), 'taken'],
  [JSON.stringify(Array(1000).fill(0)), 'malformed_json'],
  [JSON.stringify(Object.fromEntries(Array.from({ length: 101 }, (_, n) => [n, n]))), 'malformed_json'],
])('%s is refused as: %s', (body, expected) => {
  expect(refusal(body)).toBe(expected);
});

it('an unescaped NUL is refused before the text that contains it is parsed', () => {
  expect(refusal('{"a":"\0')).toBe('invalid_characters ');
});

it('a path of up to 100 characters is reported whole, a longer one is shortened', () => {
  expect(shortened('k'.repeat(100))).toBe('k'.repeat(100));
  expect(shortened('k'.repeat(101))).toBe(`${'k'.repeat(100)}…`);
});

it.each([
  ['a wrong character', '{"a":"\\u0000"}', /NUL, a lone surrogate, or bytes that are not UTF-8/],
  ['a key that reaches a prototype', '{"__proto__":1}', /^__proto__ is not a field of this request\.$/],
  ['a bound that is passed', '['.repeat(33), /^The body is nested deeper than 32 levels\.$/],
])('a refusal names the fault: %s', (_, body, message) => {
  let told = '';
  try {
    parse(body);
  } catch (error) {
    const { errors, message: detail } = error as Problem;
    told = errors?.[0]?.message ?? detail;
  }
  expect(told).toMatch(message);
});

it.each(['gzip', 'br', ''])('a body in the encoding %j is refused with advice', (encoding) => {
  expect(() => parse('{}', encoding)).toThrow(
    expect.objectContaining({
      code: 'unsupported_media_type',
      message: 'Send the body without Content-Encoding.',
    }),
  );
  expect(parse('{}', 'identity')).toEqual({});
});

it('a route can raise the bounds of its body', () => {
  const list = Buffer.from(JSON.stringify(Array(1000).fill(0)));
  expect(parseJsonBody(list, undefined, { members: 1, values: 1001, levels: 1 })).toHaveLength(1000);
});

describe('the body of a request', () => {
  let server: FastifyInstance;
  let url: string;
  beforeAll(async () => {
    server = fastify();
    server.addHook('onRoute', limitBody);
    acceptJsonBodies(server);
    const bounds = { members: 1, values: 9, levels: 9 };
    const routes: Record<string, FastifyContextConfig> = {
      usual: {},
      raw: { rawBody: true },
      wide: { bodyKiB: 9, bodyBounds: bounds },
    };
    for (const [path, config] of Object.entries(routes))
      server.post(`/${path}`, { config }, ({ body }) => ({
        body: Buffer.isBuffer(body) ? `raw ${body.toString()}` : (body ?? 'none'),
      }));
    await server.listen({ port: 0, host: '127.0.0.1' });
    url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  const JSON_TYPE = 'content-type: application/json';
  const post = async (path: string, body: string, ...headers: string[]) => {
    const head = [`POST /${path} HTTP/1.1`, 'host: a', 'connection: close', ...headers].join('\r\n');
    const answer = await sendRaw(url, `${head}\r\n\r\n${body}`);
    return answer.status === 200 ? answer.body.body : (answer.body.code ?? answer.body.message);
  };
  const length = (body: string) => `content-length: ${body.length}`;
  const kib = (count: number) => `{"a":"${'x'.repeat(count * 1024 - 8)}"}`;

  it.each([
    ['JSON is read', 'usual', '{"a":1}', [JSON_TYPE], { a: 1 }],
    ['what is no JSON is refused', 'usual', '{', [JSON_TYPE], 'malformed_json'],
    [
      'an encoded one is refused',
      'usual',
      '{}',
      [JSON_TYPE, 'content-encoding: gzip'],
      'unsupported_media_type',
    ],
    ['another type is refused', 'usual', 'a=1', ['content-type: text/plain'], 'unsupported_media_type'],
    ['none of another type is none', 'usual', '', ['content-type: text/plain'], 'none'],
    ['none of JSON is none', 'usual', '', [JSON_TYPE], 'none'],
    ['none without a type is none', 'usual', '', [], 'none'],
    ['a signed one stays as it came', 'raw', '{ "a":', [JSON_TYPE], 'raw { "a":'],
    ['a signed one that is empty stays so', 'raw', '', [JSON_TYPE], 'raw '],
    [
      'a signed one of another type is refused',
      'raw',
      '',
      ['content-type: text/plain'],
      'unsupported_media_type',
    ],
    ['8 KiB are taken', 'usual', kib(8), [JSON_TYPE], { a: expect.stringContaining('xxx') }],
    ['more are refused', 'usual', `${kib(8)} `, [JSON_TYPE], 'payload_too_large'],
    ['a route may take more', 'wide', kib(9), [JSON_TYPE], { a: expect.stringContaining('xxx') }],
    ['a route may hold less', 'wide', '{"a":1,"b":2}', [JSON_TYPE], 'malformed_json'],
  ])('%s', async (_, path, body, headers, expected) => {
    expect(await post(path, body, ...headers, length(body))).toEqual(expected);
  });

  it('in chunks counts as present, also without a length', async () => {
    const chunked = 'transfer-encoding: chunked';
    expect(await post('usual', '7\r\n{"a":1}\r\n0\r\n\r\n', JSON_TYPE, chunked)).toEqual({ a: 1 });
    expect(await post('usual', '0\r\n\r\n', 'content-type: text/plain', chunked)).toBe(
      'unsupported_media_type',
    );
  });

  it('with a type and without a length counts as absent', async () => {
    expect(await post('usual', '', 'content-type: text/plain')).toBe('none');
  });
});

it('a route sets the size and the bounds of its body, and whether its bytes are kept', () => {
  const bounds = { members: 1, values: 2, levels: 3 };
  class Routes {
    @BodyLimit(ROOM_BODY_KIB)
    room() {}
    @BodyLimit(MESSAGE_BODY_KIB, bounds)
    @RawBody()
    hook() {}
  }
  const configOf = (name: 'room' | 'hook') =>
    Reflect.getMetadata('__fastify_route_config__', Routes.prototype[name]) as object;
  expect(configOf('room')).toEqual({ bodyKiB: 128 });
  expect(configOf('hook')).toEqual({ bodyKiB: 512, bodyBounds: bounds, rawBody: true });
  expect(DEFAULT_BODY_KIB).toBe(8);
});
