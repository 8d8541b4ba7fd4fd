import fc from 'fast-check';
import type { Operation, Parameter, ValueSchema } from '../document.js';
import { symbol } from '../values/hints.js';
import type { SchemaValues } from '../values/schema-values.js';
import { CANARY } from '../values/texts.js';
import type { Actor, IdPick } from './plan.js';

export type Pair = [name: string, value: string];

/** One pair of the name with one of these values. */
export const picked = (name: string, ...values: string[]): fc.Arbitrary<Pair> =>
  fc.constantFrom(...values).map((value) => [name, value]);

export const ownId: fc.Arbitrary<IdPick> = fc.nat(4).map((nth) => ({ kind: 'own', nth }));
const unknownId: fc.Arbitrary<IdPick> = fc.uuid({ version: 7 }).map((id) => ({ kind: 'unknown', id }));
export const foreignId: fc.Arbitrary<IdPick> = fc.constant({ kind: 'foreign' });

/** Texts that are no ids, in forms on which a router, a decoder or a database may fail. */
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

/** The first values beyond the bounds of a parameter, and the last ones within: they reveal an off-by-one error. */
function edges({ minimum, maximum, minLength, maxLength }: ValueSchema): string[] {
  const numbers = [
    ...(minimum === undefined ? [] : [minimum - 1, minimum]),
    ...(maximum === undefined ? [] : [maximum, maximum + 1, maximum * 2]),
  ];
  const lengths = [
    ...(minLength === undefined ? [] : [minLength - 1, minLength]),
    ...(maxLength === undefined ? [] : [maxLength, maxLength + 1]),
  ];
  return [...numbers.map(String), ...lengths.map((length) => 'x'.repeat(Math.max(0, length)))];
}

/** Values at the bounds of the schema, and values that few schemas allow; the parameter's schema decides. */
export const oddQuery = ({ name, schema }: Parameter): fc.Arbitrary<Pair[]> =>
  fc.oneof(
    {
      weight: edges(schema).length > 0 ? 2 : 0,
      arbitrary: picked(name, ...edges(schema), '').map((pair) => [pair]),
    },
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

/** Undeclared parameters: ignored, or refused if the list is strict. */
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

/** Tokens that must be refused, and none. */
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
