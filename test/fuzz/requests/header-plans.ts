import fc from 'fast-check';
import { symbol } from '../values/hints.js';
import { CANARY } from '../values/texts.js';
import { picked, type Pair } from './parameter-plans.js';

/** Headers that an operation declares, with values that a client sends. */
export const USUAL_HEADERS: Record<string, fc.Arbitrary<Pair>> = {
  'idempotency-key': fc.oneof(
    fc.constant<Pair>(['idempotency-key', symbol('key')]),
    fc.uuid().map((id): Pair => ['idempotency-key', id]),
    fc.constantFrom<Pair>(
      ['idempotency-key', '"quoted"'],
      ['idempotency-key', 'k'.repeat(255)],
      ['idempotency-key', 'a b'],
    ),
  ),
  prefer: picked('prefer', 'wait=0', 'wait=1', 'wait=2', 'respond-async, wait=1', 'wait="1"', 'WAIT = 1'),
  'if-none-match': picked('if-none-match', symbol('etag'), '*', 'W/"x"', `"a", ${symbol('etag')}`),
  'last-event-id': picked('last-event-id', '1-0', '1-1', '1-end', '2-0', '99-3'),
};

export const ODD_HEADERS: fc.Arbitrary<Pair[]> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .oneof(
        picked(
          'idempotency-key',
          '',
          ' ',
          '""',
          '"',
          'k'.repeat(256),
          'é',
          'a\tb',
          'k'.repeat(4000),
          symbol('key'),
        ),
        picked(
          'prefer',
          '',
          'wait',
          'wait=',
          'wait=-1',
          'wait=1e9',
          'wait=x',
          `wait=${'9'.repeat(50)}`,
          ';;;,,,',
          `${' '.repeat(2000)}wait`,
        ),
        picked(
          'last-event-id',
          '',
          '-',
          '1-',
          '-1-0',
          '1--1',
          `1-${'9'.repeat(30)}`,
          '9'.repeat(400),
          '0-0',
          '1-end-end',
          CANARY,
          '1-é',
        ),
        picked('if-none-match', '', '""', '*, *', 'W/', `"${'x'.repeat(4000)}"`, ','.repeat(500), CANARY),
      )
      .map((pair) => [pair]),
  },
  {
    weight: 4,
    arbitrary: fc
      .oneof(
        picked(
          'accept',
          'text/event-stream',
          'application/json',
          'text/html',
          '*/*;q=0',
          'application/json;q=0',
          'application/json;q=x',
          'garbage',
          ',,,',
          'a/b,'.repeat(1500),
          'APPLICATION/JSON',
          'text/csv',
        ),
        picked(
          'content-type',
          'text/plain',
          'application/x-www-form-urlencoded',
          'multipart/form-data',
          'multipart/form-data; boundary=x',
          'application/json; charset=utf-16',
          'application/JSON',
          'application/problem+json',
          'garbage',
          '',
          ';',
          'application/json;',
          'a'.repeat(300),
        ),
        picked('content-encoding', 'gzip', 'identity', 'br', 'x'),
        picked(
          'x-request-id',
          '',
          'short',
          'x'.repeat(129),
          'good-id:1.2_3',
          'a b c d e f',
          '../../../../etc',
          '%00%00%00%00',
          'é'.repeat(20),
        ),
        picked('origin', 'null', 'http://localhost:5173', 'https://evil.example', 'garbage'),
        picked('expect', '100-continue', 'x'),
        picked('upgrade', 'websocket', 'h2c'),
        picked('range', 'bytes=0-1', 'x'),
        picked('cookie', `a=${CANARY}`, '__proto__=1'),
        picked(
          'traceparent',
          '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
          'garbage',
          '0'.repeat(500),
        ),
        picked('user-agent', '', CANARY, 'x'.repeat(4000), 'é', '<script>'),
        picked('x-forwarded-for', '1.2.3.4', 'garbage', '::1, 127.0.0.1', ','.repeat(300)),
        picked('x-http-method-override', 'DELETE'),
        picked('te', 'trailers'),
        picked('connection', 'close', 'keep-alive', 'upgrade, x'),
        picked('x-huge', 'x'.repeat(10_000), 'x'.repeat(20_000)),
      )
      .map((pair) => [pair]),
  },
);
