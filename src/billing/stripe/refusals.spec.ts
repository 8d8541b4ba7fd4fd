import { loggable, toProblem, type Refused } from './refusals.js';

const refused = (more: Partial<Refused>): Refused => ({
  type: 'StripeInvalidRequestError',
  code: undefined,
  param: undefined,
  message: 'No.',
  statusCode: 400,
  ...more,
});
const CURRENCIES =
  'You cannot combine currencies on a single customer. This customer has an active subscription with currency usd';
const NO_PORTAL =
  'No configuration provided and your test mode default configuration has not been created. Provide a configuration or create your default by saving your customer portal settings.';

it.each<[what: string, refused: Partial<Refused>, expected: string]>([
  ['another currency than before', { message: CURRENCIES }, '409 billing_refused currency_mismatch'],
  [
    'no place for the tax',
    { code: 'customer_tax_location_invalid' },
    '409 billing_refused tax_location_unknown',
  ],
  [
    'a card',
    { type: 'StripeCardError', code: 'card_declined', statusCode: 402 },
    '409 billing_refused payment_refused',
  ],
  ['an unknown code', { code: 'moon_is_full' }, '409 billing_refused other'],
  ['a portal without settings', { message: NO_PORTAL }, '503 billing_misconfigured'],
  [
    'a live portal without settings',
    { message: 'Your live mode default configuration has not been created.' },
    '503 billing_misconfigured',
  ],
  ['no portal at all', { message: 'No configuration provided.' }, '503 billing_misconfigured'],
  [
    'tax without the seller’s address',
    { message: 'You must have a valid head office address to enable automatic tax calculation.' },
    '503 billing_misconfigured',
  ],
  ['a wrong key', { type: 'StripeAuthenticationError', statusCode: 401 }, '503 billing_misconfigured'],
  ['a key that may not', { type: 'StripePermissionError', statusCode: 403 }, '503 billing_misconfigured'],
  [
    'a price that is not there',
    { code: 'resource_missing', param: 'line_items[0][price]' },
    '503 billing_misconfigured',
  ],
  [
    'a price that is sold no more',
    { message: 'The price specified is inactive.' },
    '503 billing_misconfigured',
  ],
  ['a parameter of another version', { code: 'parameter_unknown' }, '503 billing_misconfigured'],
])('%s has an answer of its own', (_, given, expected) => {
  const { status, code, extra, headers } = toProblem(refused(given));
  expect([status, code, extra['reason']].filter(Boolean).join(' ')).toBe(expected);
  expect('Retry-After' in headers).toBe(status === 503);
});

it('a logged message contains no address, number, key or link', () => {
  const said = loggable(
    'Invalid email address: asha@example.com, phone +15550100 or 9198765432, key sk_live_a1, https://a.example/x?y=z',
  );
  expect(said).toBe('Invalid email address: … phone … or … key … …');
  expect(loggable('x'.repeat(1000))).toHaveLength(300);
});

it.each([undefined, null, 7, { message: 'No.' }])(
  'a refusal with the message %j yields a problem and a log line',
  (message) => {
    const given = refused({ message: message as never, code: null as never });
    expect(toProblem(given).extra).toEqual({ reason: 'other' });
    expect(loggable(message)).toBe('');
  },
);
