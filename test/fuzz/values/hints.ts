import fc from 'fast-check';
import type { ValueSchema } from '../document.js';
import { textOf } from './texts.js';

/**
 * A value that only the sequence knows, written as `{{name}}` and filled in when the request is sent: plans stay the same
 * for a seed whatever ids the product gives out.
 */
export const SYMBOLS = [
  'ownMobile',
  'newMobile',
  'strangersMobile',
  'wrongCode',
  'challenge',
  'refreshToken',
  'oldRefreshToken',
  'password',
  'model',
  'cursor',
  'messageId',
  'roomId',
  'userId',
  'strangersRoom',
  'strangersMessage',
  'etag',
  'eventId',
  'key',
  'customer',
] as const;
export type SymbolName = (typeof SYMBOLS)[number];

export const symbol = (name: SymbolName): string => `{{${name}}}`;

const text = ({ minLength = 1, maxLength = 60 }: ValueSchema) => textOf(minLength, maxLength);
const orNull = (schema: ValueSchema, arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  [schema.type].flat().includes('null') ? fc.option(arbitrary, { freq: 5 }) : arbitrary;
const mostly = (likely: fc.Arbitrary<unknown>, other: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 5, arbitrary: likely }, { weight: 1, arbitrary: other });

const url = (schema: ValueSchema) =>
  mostly(
    fc
      .webPath()
      .map((path) => `http://localhost:5173${path}`)
      .filter((value) => value.length <= (schema.maxLength ?? 2000)),
    fc.constantFrom(
      'javascript:alert(1)',
      'https://evil.example/',
      'http://localhost@evil.example/',
      '//x',
      'http:\\\\x',
    ),
  );

/** Values by property name, where the name says more than the schema. They satisfy the schema. */
export const HINTS: Record<string, (schema: ValueSchema) => fc.Arbitrary<unknown>> = {
  mobile_number: (schema) =>
    mostly(
      fc.constantFrom(symbol('ownMobile'), symbol('newMobile'), symbol('strangersMobile')),
      fc.oneof(
        text(schema),
        fc.constantFrom(
          '0',
          '+',
          '00919876543210',
          '+1 (415) 555-0100',
          '１２３４５６７８',
          '+00000000',
          'tel:+919876543210',
        ),
        fc.bigInt({ min: 10n ** 7n, max: 10n ** 15n - 1n }).map((digits) => `+${digits}`),
      ),
    ),
  email: (schema) =>
    orNull(
      schema,
      mostly(
        fc.constantFrom('kanari@example.com', 'k+kanari@sub.example.org', `${'k'.repeat(60)}@example.com`),
        text(schema),
      ),
    ),
  otp: (schema) => mostly(fc.constantFrom(symbol('wrongCode'), '000000'), text(schema)),
  challenge_id: (schema) => mostly(fc.constant(symbol('challenge')), text(schema)),
  refresh_token: (schema) =>
    mostly(
      fc.constantFrom(symbol('refreshToken'), symbol('oldRefreshToken')),
      text({ maxLength: 512, ...schema }),
    ),
  password: (schema) => mostly(fc.constant(symbol('password')), text(schema)),
  current_password: (schema) => mostly(fc.constant(symbol('password')), text(schema)),
  model: (schema) => orNull(schema, mostly(fc.constant(symbol('model')), text(schema))),
  success_url: url,
  cancel_url: url,
  return_url: url,
  price_id: (schema) =>
    mostly(fc.constantFrom('price_sandbox_pro_monthly', 'price_sandbox_pro_yearly'), text(schema)),
  until: () =>
    fc.oneof(
      fc.constant(null),
      fc.constantFrom('2199-01-01T00:00:00Z', '2030-06-01T12:00:00+05:30', '2199-12-31T23:59:59.999Z'),
      fc
        .date({ min: new Date('2000-01-01'), noInvalidDate: true, max: new Date('2999-01-01') })
        .map((d) => d.toISOString()),
    ),
  // The clock is shared: a large step would end the sessions of concurrent sequences.
  advance_seconds: () => fc.constantFrom(0, 1),
  // Scripts for Stripe and the model are shared as well: these match no request.
  scripts: () =>
    fc.array(
      fc.record({
        match: fc.uuid().map((id) => `GET /kanari/${id}`),
        outcome: fc.constantFrom('hang', 'cut', 'http_error'),
        times: fc.integer({ min: 1, max: 3 }),
      }),
      { maxLength: 3 },
    ),
  mode: () => fc.constantFrom('normal', 'shuffled'),
  secret: () => fc.constant('whsec_sandbox'),
  act: () => fc.constantFrom('resend_event', 'refund', 'pause', 'open_dispute', 'delete_customer'),
  reason: ({ minLength = 1, maxLength = 500 }) => textOf(minLength, maxLength),
};
