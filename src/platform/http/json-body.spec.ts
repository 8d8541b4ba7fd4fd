import { parseJsonBody } from './json-body.js';
import { Problem } from '../problem/problem.js';

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

it.each(['', ' \r\n\t', '\ufeff'])('a body of nothing but white space is no body', (text) => {
  expect(parse(text)).toBeUndefined();
});

it('a byte order mark is skipped, and escapes that make whole characters are read', () => {
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
  ['[["__proto__"]]', 'taken'],
  ['['.repeat(32) + ']'.repeat(32), 'taken'],
  ['['.repeat(33) + ']'.repeat(33), 'malformed_json'],
  [JSON.stringify(Array(999).fill(0)), 'taken'],
  [JSON.stringify(Array(1000).fill(0)), 'malformed_json'],
  [JSON.stringify(Object.fromEntries(Array.from({ length: 101 }, (_, n) => [n, n]))), 'malformed_json'],
])('%s is refused as: %s', (body, expected) => {
  expect(refusal(body)).toBe(expected);
});
