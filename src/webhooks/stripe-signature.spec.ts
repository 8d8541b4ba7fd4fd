import Stripe from 'stripe';
import type { Clock } from '../platform/clock/clock.js';
import { StripeSignature } from './stripe-signature.js';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const seconds = NOW / 1000;
const clock: Clock = { now: () => new Date(NOW) };
const [CURRENT, PREVIOUS] = ['whsec_current', 'whsec_previous'] as const;
const signature = new StripeSignature(
  { secretKey: 'sk_test_12345678', webhookSecrets: [CURRENT, PREVIOUS], pricesPro: [], apiBase: null },
  clock,
);

const EVENT = {
  id: 'evt_1',
  object: 'event',
  type: 'invoice.paid',
  created: seconds,
  livemode: false,
  data: { object: { id: 'in_1', object: 'invoice', customer: 'cus_1' } },
};
const body = (event: object = EVENT) => JSON.stringify(event);
const sign = (payload = body(), secret: string = CURRENT, timestamp = seconds) =>
  Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
const take = (payload: string | Buffer, header: unknown) => signature.verify(Buffer.from(payload), header);
const hex = (header: string) => header.split('v1=')[1]!;
const good = sign();

describe('an event signed by Stripe is accepted:', () => {
  it.each<[what: string, header: string]>([
    ['with the current secret', good],
    ['with the previous one', sign(body(), PREVIOUS)],
    ['five minutes ago', sign(body(), CURRENT, seconds - 300)],
    ['by a clock that is five minutes ahead', sign(body(), CURRENT, seconds + 300)],
    ['with two signatures, while a secret is rotated', `t=${seconds},v1=${'0'.repeat(64)},v1=${hex(good)}`],
    ['with additional unknown schemes', `${good},v0=${'1'.repeat(64)},v2=abc`],
  ])('%s', (_, header) => {
    expect(take(body(), header)).toBe(body());
  });
});

const altered = (change: (event: Record<string, unknown>) => void): string => {
  const event = structuredClone(EVENT) as Record<string, unknown>;
  change(event);
  return body(event);
};

describe('an event is refused with', () => {
  it.each<[what: string, payload: string | Buffer, header: unknown]>([
    ['no header', body(), undefined],
    ['an empty header', body(), ''],
    ['two headers', body(), [good, good]],
    ['no signature in it', body(), `t=${seconds}`],
    ['no time in it', body(), `v1=${hex(good)}`],
    ['a time that is not a number', body(), good.replace(String(seconds), 'now')],
    ['a time that is not a whole number', body(), good.replace(String(seconds), `${seconds}.0`)],
    ['a negative time', body(), good.replace(String(seconds), `-${seconds}`)],
    ['another time than the signed one', body(), good.replace(String(seconds), String(seconds - 1))],
    ['two times, the first one valid', body(), `${good},t=${seconds - 1}`],
    ['two times, the last one valid', body(), `t=${seconds - 1},${good}`],
    ['two times, one after a blank', body(), `${good}, t=${seconds - 1}`],
    ['a second too old', body(), sign(body(), CURRENT, seconds - 301)],
    ['a day old', body(), sign(body(), CURRENT, seconds - 86_400)],
    ['a second too far ahead', body(), sign(body(), CURRENT, seconds + 301)],
    ['a year ahead', body(), sign(body(), CURRENT, seconds + 31_536_000)],
    ['an unknown secret', body(), sign(body(), 'whsec_attacker')],
    ['an empty secret', body(), sign(body(), ' ')],
    ['the secret key as the secret', body(), sign(body(), 'sk_test_12345678')],
    ['the signature of another body', body(), sign(body({ ...EVENT, id: 'evt_2' }))],
    ['one byte more', `${body()} `, good],
    ['one byte less', body().slice(0, -1), good],
    ['other white space', JSON.stringify(EVENT, null, 1), good],
    ['another customer', altered((e) => (e['data'] = { object: { customer: 'cus_2' } })), good],
    ['another type', altered((e) => (e['type'] = 'customer.deleted')), good],
    ['half of the signature', body(), `t=${seconds},v1=${hex(good).slice(0, 32)}`],
    ['the signature in capitals', body(), `t=${seconds},v1=${hex(good).toUpperCase()}`],
    ['the old scheme alone', body(), `t=${seconds},v0=${hex(good)}`],
    ['no scheme', body(), `t=${seconds},${hex(good)}`],
    ['an empty signature', body(), `t=${seconds},v1=`],
    ['an empty body', '', sign('')],
  ])('%s', (_, payload, header) => {
    expect(() => take(payload, header)).toThrow(expect.objectContaining({ code: 'signature_invalid' }));
  });

  it('a body that was already parsed as JSON is refused', () => {
    expect(() => signature.verify(EVENT, good)).toThrow(
      expect.objectContaining({ code: 'signature_invalid' }),
    );
  });
});
