import { PassThrough } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { Problem } from '../../problem/problem.js';
import { discard, readBody } from './read-body.js';

const LIMIT = 8 * 1024;
/** Reads a body that arrives in these pieces. */
function read(pieces: string[], headers: Record<string, string> = {}): Promise<string> {
  const raw = new PassThrough();
  const request = { raw, headers, routeOptions: { bodyLimit: LIMIT } } as unknown as FastifyRequest;
  return new Promise((resolve) => {
    readBody(request, (error, body) => resolve(error ? (error as Problem).code : body!.toString()));
    for (const piece of pieces) raw.write(piece);
    raw.end();
  });
}

it('a body is read completely, in pieces of any size', async () => {
  expect(await read(['{"a"', ':1', '}'])).toBe('{"a":1}');
  expect(await read([])).toBe('');
  expect(await read(Array<string>(64).fill('x'.repeat(128)))).toBe('x'.repeat(LIMIT));
  expect(await read(Array<string>(256).fill('x'))).toBe('x'.repeat(256));
});

it('no bytes above the limit are kept, and a body that announces more is not read', async () => {
  expect(await read(['x'.repeat(LIMIT), 'x'])).toBe('payload_too_large');
  expect(await read([], { 'content-length': String(LIMIT + 1) })).toBe('payload_too_large');
});

it('a body in pieces of one byte is refused at the 257th', async () => {
  expect(await read(Array<string>(257).fill('x'))).toBe('malformed_json');
  expect(await read([...Array<string>(256).fill('x'), ...'yy'])).toBe('malformed_json');
});

it.each([
  ['a megabyte', 1024 * 1024, 1, false],
  ['a megabyte twice', 1024 * 1024, 2, true],
  ['256 pieces of one byte', 1, 256, false],
  ['257 pieces of one byte', 1, 257, true],
])('of an unread body %s are read, then the connection is closed', (_, bytes, times, closes) => {
  const source = new PassThrough();
  let closed = false;
  discard(source, { destroy: () => (closed = true) as never });
  for (let piece = 0; piece < times; piece++) source.emit('data', Buffer.alloc(bytes));
  expect(closed).toBe(closes);
});
