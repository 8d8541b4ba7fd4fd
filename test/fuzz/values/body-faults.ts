import fc from 'fast-check';
import { CANARY, textOf } from './texts.js';

/** One fault or irregularity of a body; the schema decides whether it is forbidden. */
export type BodyFault =
  | { kind: 'value'; field: number; value: unknown }
  | { kind: 'missing'; field: number }
  | { kind: 'length'; field: number; by: number; unit: string }
  | { kind: 'padding'; field: number; around: string }
  | { kind: 'inserted'; field: number; text: string; at: number }
  | { kind: 'rawValue'; field: number; json: string }
  | { kind: 'extra'; name: string; json: string; first: boolean }
  | { kind: 'duplicate'; field: number; json: string }
  | { kind: 'whole'; json: string }
  | { kind: 'cut'; share: number }
  | { kind: 'around'; before: string; after: string }
  | { kind: 'bytes'; hex: string; at: number }
  | { kind: 'members'; count: number; nested: boolean }
  | { kind: 'values'; count: number }
  | { kind: 'deep'; depth: number; shape: 'array' | 'object' }
  /** Blanks around an allowed body: only its size may be a fault. */
  | { kind: 'blanks'; kilobytes: number }
  | { kind: 'size'; kilobytes: number };

/** Names that objects inherit, that reach prototypes or that look like paths; and an unknown one. */
const STRANGE_NAMES = [
  'strange',
  'toString',
  'constructor',
  'hasOwnProperty',
  'valueOf',
  'isPrototypeOf',
  '__defineGetter__',
  '__proto__',
  'prototype',
  'length',
  'id',
  '',
  '0',
  'a.b',
  '$ref',
  'Content',
  CANARY,
];

const strangeJson = fc.constantFrom(
  'null',
  'true',
  '0',
  '-1',
  '1.5',
  '1e400',
  '-0',
  '123456789012345678901234567890',
  '""',
  '"x"',
  '[]',
  '{}',
  '[[]]',
  '{"prototype":{}}',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udfff\\ud800"',
);
const field = fc.nat(7);
const strangeValue = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e308, '', ' ', [], {}, [null], { a: 1 }, 'x'),
  fc.array(fc.constant('x'), { maxLength: 3 }),
  textOf(0, 30),
);

const kind = <K extends BodyFault['kind']>(
  name: K,
  fields: {
    [F in Exclude<keyof Extract<BodyFault, { kind: K }>, 'kind'>]: fc.Arbitrary<
      Extract<BodyFault, { kind: K }>[F]
    >;
  },
): fc.Arbitrary<BodyFault> =>
  fc.record({ kind: fc.constant(name), ...fields }) as unknown as fc.Arbitrary<BodyFault>;

export const bodyFault: fc.Arbitrary<BodyFault> = fc.oneof(
  { weight: 10, arbitrary: kind('value', { field, value: strangeValue }) },
  { weight: 5, arbitrary: kind('missing', { field }) },
  {
    weight: 8,
    arbitrary: kind('length', {
      field,
      // One more than the bound reveals an off-by-one error.
      by: fc.constantFrom(-1, 0, 1, 1, 1, 50),
      unit: fc.constantFrom('a', '😀', 'é'),
    }),
  },
  {
    weight: 2,
    arbitrary: kind('padding', {
      field,
      around: fc.constantFrom(' ', '\n\t', '\u00a0', '\ufeff', ' '.repeat(300)),
    }),
  },
  {
    weight: 6,
    arbitrary: kind('inserted', {
      field,
      text: fc.constantFrom(
        '\0',
        '\0',
        '\ud800',
        '\udc00',
        '\u202e',
        '\x1b[31m',
        '\r\nX: y',
        "';--",
        '${1}',
        '%00',
        '{{x}}',
        '\uffff',
      ),
      at: fc.nat(20),
    }),
  },
  { weight: 5, arbitrary: kind('rawValue', { field, json: strangeJson }) },
  {
    weight: 8,
    arbitrary: kind('extra', {
      name: fc.constantFrom(...STRANGE_NAMES),
      json: strangeJson,
      first: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: kind('duplicate', { field, json: strangeJson }) },
  {
    weight: 4,
    arbitrary: kind('whole', {
      json: fc.constantFrom(
        '[]',
        '[{}]',
        '"x"',
        '1',
        'null',
        'true',
        '',
        ' ',
        '\ufeff',
        '\ufeff{}',
        '{',
        '}',
        '{}{}',
        'NaN',
        "{'a':1}",
        '{a:1}',
        '{"a":1,}',
        '/**/{}',
        '01',
        '"\\x"',
        '{"a":\t"\t"}',
        '\0',
      ),
    }),
  },
  { weight: 2, arbitrary: kind('cut', { share: fc.double({ min: 0, max: 1, noNaN: true }) }) },
  {
    weight: 2,
    arbitrary: kind('around', {
      before: fc.constantFrom('', ' ', '\ufeff', '\n', ','),
      after: fc.constantFrom('', '\n', '\0', '}', 'x', ' {}'),
    }),
  },
  {
    weight: 3,
    arbitrary: kind('bytes', {
      hex: fc.constantFrom('ff', 'c328', 'c080', 'eda080', 'f4908080', '00', 'feff', '80'),
      at: fc.nat(200),
    }),
  },
  {
    weight: 2,
    arbitrary: kind('members', { count: fc.constantFrom(100, 101, 200, 2000), nested: fc.boolean() }),
  },
  { weight: 1, arbitrary: kind('values', { count: fc.constantFrom(999, 1000, 1001, 3000) }) },
  {
    weight: 2,
    arbitrary: kind('deep', {
      depth: fc.constantFrom(8, 31, 32, 33, 200, 20_000),
      shape: fc.constantFrom('array', 'object'),
    }),
  },
  { weight: 2, arbitrary: kind('blanks', { kilobytes: fc.constantFrom(7, 9, 127, 130, 511, 514) }) },
  { weight: 1, arbitrary: kind('size', { kilobytes: fc.constantFrom(7, 9, 127, 130, 511, 514) }) },
);
