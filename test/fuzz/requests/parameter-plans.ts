import fc from 'fast-check';
import type { Operation, Parameter } from '../document.js';
import { symbol } from '../values/hints.js';
import type { SchemaValues } from '../values/schema-values.js';
import { CANARY } from '../values/texts.js';
import type { Actor, IdPick } from './plan.js';

type Pair = [name: string, value: string];

const picked = (name: string, ...values: string[]): fc.Arbitrary<Pair> =>
  fc.constantFrom(...values).map((value) => [name, value]);

export const ownId: fc.Arbitrary<IdPick> = fc.nat(4).map((nth) => ({ kind: 'own', nth }));
const unknownId: fc.Arbitrary<IdPick> = fc.uuid({ version: 7 }).map((id) => ({ kind: 'unknown', id }));
export const foreignId: fc.Arbitrary<IdPick> = fc.constant({ kind: 'foreign' });

/** What no id is, and forms that a router, a decoder or a database may stumble over. */
export const oddId: fc.Arbitrary<IdPick> = fc.oneof(
  unknownId,
  fc.nat(4).map((nth): IdPick => ({ kind: 'own', nth, form: 'upper' })),
  fc
    .constantFrom(
      '0',
      'null',
      'undefined',
      '%00',
      '%2e%2e',
      '..%2f..%2fetc',
      '%zz',
      '%E0%A4%A',
      '%ed%a0%80',
      '%F0%9F%98%80',
      '%25',
      '%20',
      "'%20or%201=1--",
      '00000000-0000-0000-0000-000000000000',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
      '{019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f}',
      '019a9d2e5a1b7c3d8e4f1a2b3c4d5e6f',
      'evt_1',
      CANARY,
      'a'.repeat(199),
      'a'.repeat(201),
      'a'.repeat(3000),
    )
    .map((text): IdPick => ({ kind: 'text', text })),
);

const SYMBOLIC: Record<string, string[]> = {
  cursor: [symbol('cursor')],
  after: [symbol('messageId')],
  user_id: [symbol('userId')],
  actor_id: [symbol('userId')],
  mobile_number: [symbol('ownMobile'), symbol('strangersMobile')],
  last_event_id: ['1-0', '1-end', '1-5', '2-0'],
};

/** A declared query parameter with a value that its schema allows. */
export function validQuery(parameter: Parameter, values: SchemaValues): fc.Arbitrary<Pair> {
  const { name, schema } = parameter;
  const symbols = SYMBOLIC[name];
  if (symbols) return picked(name, ...symbols);
  return values.of(schema).map((value) => [name, encodeURIComponent(String(value))]);
}

/** Values that few schemas allow; the schema of the parameter judges. */
export const oddQuery = (name: string): fc.Arbitrary<Pair[]> =>
  fc.oneof(
    fc
      .constantFrom(
        '',
        '0',
        '-1',
        '101',
        '1e1',
        '1.0',
        '0x10',
        ' 1',
        '9'.repeat(30),
        'true',
        'null',
        '[]',
        '%00',
        '%zz',
        '%ff',
        'a%0d%0ab',
        CANARY,
        "'",
        'x'.repeat(3000),
        '019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f',
      )
      .map((value): Pair[] => [[name, value]]),
    fc.constantFrom('1', 'all', CANARY).map((value): Pair[] => [
      [name, value],
      [name, value],
    ]),
    fc
      .constantFrom(`${name}[]`, `${name}[a]`, `${name}.a`, name.toUpperCase())
      .map((odd): Pair[] => [[odd, '1']]),
  );

/** What no operation declares: ignored, or refused where a list is strict. */
export const unknownQuery: fc.Arbitrary<Pair[]> = fc.oneof(
  fc
    .constantFrom(
      'strange',
      '__proto__',
      'constructor',
      'toString',
      'access_token',
      'token',
      '%00',
      '',
      'a%5b%5d',
      'protocol',
    )
    .map((name): Pair[] => [[name, CANARY]]),
  fc
    .integer({ min: 2, max: 300 })
    .map((count) => Array.from({ length: count }, (_, nth): Pair => [`q${nth}`, '1'])),
);

/** Headers that an operation declares, with what a client sends in them. */
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
          `${'a/b,'.repeat(1500)}`,
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

/** Tokens of people who may not come in, or none. */
export const oddActor: fc.Arbitrary<Actor> = fc.constantFrom(
  'anonymous',
  'expired',
  'banned',
  'deleted',
  'ended',
  'garbage',
);

export const pathParameters = (operation: Operation): Parameter[] =>
  operation.parameters.filter(({ in: place }) => place === 'path');
