import { HANDLED_EVENTS } from '../../billing/stripe/event-kinds.js';
import { API_VERSION } from '../../billing/stripe/stripe-api.js';
import {
  verdictOfEndpoints,
  verdictOfMode,
  verdictOfPortal,
  verdictOfPrice,
  verdictOfRefusal,
  verdictOfSecretForm,
  verdictOfSignedEvent,
  verdictOfTax,
  type WebhookEndpoint,
} from './stripe-verdicts.js';

const LIVE = { isLive: true, production: true };

it.each([
  [true, true, 'ok'],
  [false, false, 'ok'],
  [true, false, 'warning'],
  [false, true, 'warning'],
])('a key with live mode %s, in production %s, is %s', (isLive, production, outcome) => {
  expect(verdictOfMode({ isLive, production }, false).outcome).toBe(outcome);
});

describe('a price', () => {
  const monthly = {
    active: true,
    currency: 'usd',
    unit_amount: 2000,
    livemode: true,
    recurring: { interval: 'month', interval_count: 1 } as never,
  };
  const pro = { active: true, name: 'Pro' };
  const judge = (price: object, product: typeof pro | null, isOffered = true) =>
    verdictOfPrice({ ...monthly, ...price }, product, { isLive: true, isOffered });

  it('that is active and recurring is ok, and the fact names its amount', () => {
    expect(judge({}, pro)).toMatchObject({ outcome: 'ok', fact: '$20.00 every month, Pro' });
    expect(judge({ currency: 'jpy', unit_amount: 2000 }, null).fact).toBe('¥2,000 every month');
  });

  it('that is archived fails where it is offered, not where subscribers still have it', () => {
    expect(judge({ active: false }, pro).outcome).toBe('failed');
    expect(judge({}, { ...pro, active: false }).outcome).toBe('failed');
    expect(judge({ active: false }, pro, false).outcome).toBe('ok');
  });

  it('that is paid once fails in any place', () => {
    expect(judge({ recurring: null }, pro, false).outcome).toBe('failed');
  });
});

describe('the webhook endpoint', () => {
  const APP_URL = 'https://api.chat.dev';
  const endpoint: WebhookEndpoint = {
    url: `${APP_URL}/webhook/stripe`,
    status: 'enabled',
    enabled_events: [...HANDLED_EVENTS],
    api_version: API_VERSION,
  };
  const judge = (...endpoints: Partial<WebhookEndpoint>[]) =>
    verdictOfEndpoints(
      endpoints.map((one) => ({ ...endpoint, ...one })),
      APP_URL,
      LIVE,
    );

  it('with all events, or with every event, is ok', () => {
    expect(judge({}).outcome).toBe('ok');
    expect(judge({ enabled_events: ['*'] }).outcome).toBe('ok');
    expect(judge({ api_version: null }).outcome).toBe('ok');
  });

  it.each([
    ['none', []],
    ['one of another address', [{ url: `${APP_URL}/webhooks/stripe` }]],
    ['a disabled one', [{ status: 'disabled' }]],
    ['one without an event', [{ enabled_events: HANDLED_EVENTS.slice(1) }]],
  ])('%s fails', (_, endpoints) => {
    expect(judge(...endpoints).outcome).toBe('failed');
  });

  it('without an event is named with the event', () => {
    expect(judge({ enabled_events: HANDLED_EVENTS.slice(1) }).fact).toContain(HANDLED_EVENTS[0]);
  });

  it('twice, or with another API version, is a warning', () => {
    expect(judge({}, {}).outcome).toBe('warning');
    expect(judge({ api_version: '2020-08-27' }).outcome).toBe('warning');
  });

  it('may be missing outside production, where `stripe listen` brings events', () => {
    const local = { isLive: false, production: false };
    expect(verdictOfEndpoints([], APP_URL, local).outcome).toBe('warning');
    expect(verdictOfEndpoints([], null, local).outcome).toBe('skipped');
  });
});

it('a cut webhook secret is a warning, and three are; one is judged by the product', () => {
  const secret = `whsec_${'a1'.repeat(16)}`;
  expect(verdictOfSecretForm([secret.slice(0, -1)])?.outcome).toBe('warning');
  expect(verdictOfSecretForm([secret, secret, secret])?.outcome).toBe('warning');
  expect(verdictOfSecretForm([secret])).toBeNull();
});

it.each([
  [200, 'ok'],
  [400, 'failed'],
  [404, 'warning'],
  [502, 'warning'],
])('a product that answers %i to a signed event is %s', (status, outcome) => {
  expect(verdictOfSignedEvent(status, 'https://api.chat.dev').outcome).toBe(outcome);
});

it('a portal without settings fails, one without cancelling is a warning', () => {
  const features = (cancel: boolean, card: boolean) =>
    ({
      features: { subscription_cancel: { enabled: cancel }, payment_method_update: { enabled: card } },
    }) as never;
  expect(verdictOfPortal(undefined, true).outcome).toBe('failed');
  expect(verdictOfPortal(features(false, true), true)).toMatchObject({
    outcome: 'warning',
    fact: 'customers cannot cancel in it',
  });
  expect(verdictOfPortal(features(true, true), true).outcome).toBe('ok');
});

it('tax that is not set up fails', () => {
  expect(verdictOfTax('pending', true).outcome).toBe('failed');
  expect(verdictOfTax('active', true).outcome).toBe('ok');
});

it.each([
  [{ statusCode: 401 }, 'failed', 'STRIPE_SECRET_KEY'],
  [{ statusCode: 403 }, 'warning', 'STRIPE_SECRET_KEY'],
  [{ statusCode: 404, code: 'resource_missing' }, 'failed', 'STRIPE_PRICE_PRO_ID'],
  [{ statusCode: 400 }, 'failed', 'STRIPE_PRICE_PRO_ID'],
])('a refusal %j is %s and names %s', (refusal, outcome, variable) => {
  const about = { variable: 'STRIPE_PRICE_PRO_ID', what: 'price', isLive: true };
  const finding = verdictOfRefusal({ type: 'StripeError', ...refusal }, about);
  expect([finding.outcome, finding.fix?.variables]).toEqual([outcome, [variable]]);
});
