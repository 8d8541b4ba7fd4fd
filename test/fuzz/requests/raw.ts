import { connect } from 'node:net';
import fc from 'fast-check';
import { CANARY } from '../values/texts.js';

/** Bytes that no HTTP client sends. */
export interface RawPacket {
  name: string;
  /** Latin-1; `{host}` and `{token}` are filled in. */
  bytes: string;
}

const GET = 'GET /user/me HTTP/1.1\r\nHost: {host}\r\n';
const POST =
  'POST /chatroom HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n';
const packet = (name: string, bytes: string): RawPacket => ({ name, bytes });

const PACKETS: RawPacket[] = [
  packet('no request line', `GARBAGE\r\nx-request-id: ${' '.repeat(1500)}x\r\n\r\n`),
  packet('nothing but blanks', ' '.repeat(5000) + '\r\n\r\n'),
  packet('nothing but line ends', '\r\n'.repeat(2000)),
  packet('NUL bytes', '\0'.repeat(3000)),
  packet('a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' + 'k'.repeat(200)),
  packet('an HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  packet('HTTP/0.9', 'GET /\r\n'),
  packet('HTTP/9.9', `GET / HTTP/9.9\r\nHost: {host}\r\n\r\n`),
  packet('HTTP/1.0 without Host', 'GET /health/live HTTP/1.0\r\n\r\n'),
  packet('no Host', 'GET /user/me HTTP/1.1\r\n\r\n'),
  packet('two Host lines', `${GET}Host: evil.example\r\n\r\n`),
  packet('an empty Host', 'GET /user/me HTTP/1.1\r\nHost:\r\n\r\n'),
  packet('a Host with a space', 'GET /user/me HTTP/1.1\r\nHost: a b\r\n\r\n'),
  packet('a foreign Host', 'GET /user/me HTTP/1.1\r\nHost: rebind.evil.example\r\n\r\n'),
  packet('an absolute target', 'GET http://evil.example/user/me HTTP/1.1\r\nHost: {host}\r\n\r\n'),
  packet('an absolute target of ours', 'GET http://{host}/health/live HTTP/1.1\r\nHost: {host}\r\n\r\n'),
  packet('CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n'),
  packet('OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: {host}\r\n\r\n'),
  packet('a target without a slash', 'GET user/me HTTP/1.1\r\nHost: {host}\r\n\r\n'),
  packet('a target with a space', 'GET /user /me HTTP/1.1\r\nHost: {host}\r\n\r\n'),
  packet('a target of raw bytes', `GET /\xff\xfe\x80${CANARY} HTTP/1.1\r\nHost: {host}\r\n\r\n`),
  packet('a fragment', `GET /user/me#${CANARY} HTTP/1.1\r\nHost: {host}\r\n\r\n`),
  packet('a long target', `GET /${'a'.repeat(14_000)} HTTP/1.1\r\nHost: {host}\r\n\r\n`),
  packet('a target over the limit', `GET /${'a'.repeat(70_000)} HTTP/1.1\r\nHost: {host}\r\n\r\n`),
  packet('an unknown method', 'BREW /user/me HTTP/1.1\r\nHost: {host}\r\n\r\n'),
  packet('a method of lower case', 'get /user/me HTTP/1.1\r\nHost: {host}\r\n\r\n'),
  packet('a header without a colon', `${GET}x-request-id\r\n\r\n`),
  packet('a header with a blank before the colon', `${GET}X-A : b\r\n\r\n`),
  packet('a folded header', `${GET}X-A: b\r\n c\r\n\r\n`),
  packet('a header name of NUL', `${GET}X\0: b\r\n\r\n`),
  packet('a header value of NUL', `${GET}X-A: \0\r\n\r\n`),
  packet('a bare line feed', 'GET /user/me HTTP/1.1\nHost: {host}\n\n'),
  packet('a bare carriage return', `${GET}X-A: a\rX-B: b\r\n\r\n`),
  packet('headers over the limit', `${GET}${`X-A: ${'x'.repeat(1000)}\r\n`.repeat(70)}\r\n`),
  packet('3,000 headers', `${GET}${'a:b\r\n'.repeat(3000)}\r\n`),
  packet(
    'blanks in the id of a request over the limit',
    `${GET}x-request-id: ${' '.repeat(20_000)}x\r\n\r\n`,
  ),
  packet('two Authorization lines', `${GET}Authorization: Bearer {token}\r\nAuthorization: Bearer x\r\n\r\n`),
  packet('two lengths', `${POST}Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}abc`),
  packet('a negative length', `${POST}Content-Length: -1\r\n\r\n`),
  packet('a length of letters', `${POST}Content-Length: x\r\n\r\n{}`),
  packet('a length over every number', `${POST}Content-Length: ${'9'.repeat(40)}\r\n\r\n{}`),
  packet('a length that is too long, and the end', `${POST}Content-Length: 50\r\n\r\n{"name":`),
  packet('a length that is too short', `${POST}Content-Length: 1\r\n\r\n{}`),
  packet('a length and chunks', `${POST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
  packet('an unknown transfer coding', `${POST}Transfer-Encoding: gzip\r\n\r\n0\r\n\r\n`),
  packet('chunked twice', `${POST}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`),
  packet('a chunk size of letters', `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`),
  packet(
    'a chunk size over every number',
    `${POST}Transfer-Encoding: chunked\r\n\r\n${'f'.repeat(20)}\r\n{}\r\n`,
  ),
  packet('a chunk without its end', `${POST}Transfer-Encoding: chunked\r\n\r\n5\r\n{}`),
  packet(
    'a chunk extension',
    `${POST}Transfer-Encoding: chunked\r\n\r\n2;a=${'b'.repeat(5000)}\r\n{}\r\n0\r\n\r\n`,
  ),
  packet('trailers', `${POST}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Trailer: a\r\n\r\n`),
  packet(
    'a body in chunks of one byte',
    `${POST}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n`,
  ),
  packet('an upgrade', `${GET}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n`),
  packet('an expectation that is never met', `${POST}Expect: 100-continue\r\nContent-Length: 10\r\n\r\n`),
  packet('two requests at once', `${GET}\r\n${GET}Connection: close\r\n\r\n`),
  packet('a request behind a body', `${POST}Content-Length: 2\r\n\r\n{}${GET}Connection: close\r\n\r\n`),
  packet('half a request line', 'GET /us'),
  packet('half a head', GET),
];

/** One of the packets, or one with a byte more, fewer or changed. */
export const rawPacket: fc.Arbitrary<RawPacket> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...PACKETS) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...PACKETS),
        fc.nat(400),
        fc.integer({ min: 0, max: 255 }),
        fc.constantFrom('set', 'cut', 'add'),
      )
      .map(([{ name, bytes }, place, code, how]) => {
        const at = place % Math.max(1, bytes.length);
        const byte = String.fromCharCode(code);
        const middle = how === 'cut' ? '' : byte;
        return packet(
          `${name}, changed at ${at}`,
          bytes.slice(0, at) + middle + bytes.slice(how === 'add' ? at : at + 1),
        );
      }),
  },
);

/** A server may wait for more bytes; it need not respond to an incomplete request. */
const PATIENCE_MS = 1000;

/** Sends the bytes and ends our side of the connection, and reads until the other side ends or {@link PATIENCE_MS}. */
export function sendBytes(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const timer = setTimeout(() => socket.destroy(), PATIENCE_MS);
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => (text += chunk));
    socket.on('end', () => socket.destroy());
    // The server may reset the connection after, or instead of, its response.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(text);
    });
    socket.end(bytes, 'latin1');
  });
}
