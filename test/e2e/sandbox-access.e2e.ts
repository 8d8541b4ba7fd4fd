import { readFileSync } from 'node:fs';
import { newMobile } from '../support/people.js';
import { sharedProduct, startProduct, type Product } from '../support/product.js';
import { sendRaw } from '../support/raw-http.js';

const PUBLIC = { SANDBOX_PUBLIC: 'anyone-may-sign-in-as-anyone' };
const APP_URL = 'https://chat.example.com';

/** Every route below /sandbox that the document has, as method and path. */
const documented = (): [string, string][] => {
  const { paths } = JSON.parse(readFileSync('openapi.json', 'utf8')) as { paths: Record<string, object> };
  return Object.entries(paths)
    .filter(([path]) => path.startsWith('/sandbox/'))
    .flatMap(([path, item]) =>
      Object.keys(item).map((method): [string, string] => [method.toUpperCase(), path]),
    );
};
const PAGES: [string, string][] = [
  ['GET', '/sandbox/stripe/checkout/cs_1'],
  ['POST', '/sandbox/stripe/checkout/cs_1/pay'],
  ['GET', '/sandbox/stripe/portal/bps_1'],
  ['POST', '/sandbox/stripe/portal/bps_1/card/works'],
  ['GET', '/sandbox/stripe/invoices/in_1'],
  ['POST', '/sandbox/stripe/invoices/in_1/pay'],
];
const ROUTES = [...documented(), ...PAGES];
const ACTS = ROUTES.filter(([method]) => method !== 'GET');

/** A request with this Host, which fetch would not send. */
const ask = (product: Product, host: string, path = '/nowhere', headers = '', method = 'GET', body = '') =>
  sendRaw(
    product.url,
    `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\ncontent-type: application/json\r\n` +
      `content-length: ${body.length}\r\n${headers}\r\n${body}`,
  );
const sendOtp = (product: Product, host: string, headers = '') =>
  ask(product, host, '/auth/send-otp', headers, 'POST', JSON.stringify({ mobile_number: newMobile() }));

it('the document has the routes below /sandbox that are tested here', () => {
  expect(documented().length).toBeGreaterThan(7);
});

describe.each([
  ['for this machine only', {}],
  ['for all callers', PUBLIC],
])('a sandbox %s', (_, environment) => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct({ APP_URL, ...environment });
  });
  afterAll(() => product.close());

  it.each([
    'rebind.evil.example',
    'localhost.evil.example',
    '127.0.0.256',
    '127.0.0.1.evil.example',
    '2130706433',
    'api',
    '',
  ])('refuses Host: %s on every route, and says how to fix it', async (host) => {
    for (const path of [
      '/nowhere',
      '/sandbox/sms',
      '/sandbox/stripe/checkout/cs_1',
      '/docs',
      '/health/live',
      '/',
    ]) {
      const { status, body } = await ask(product, host, path);
      expect([path, status, body.code]).toEqual([path, 400, 'validation_failed']);
      expect(body.detail).toContain('Set APP_URL');
      expect(body.errors).toEqual([expect.objectContaining({ field: 'Host' })]);
    }
    expect((await sendOtp(product, host)).body.otp).toBeUndefined();
  });

  it('is closed to an HTTP/1.0 request without a host or with another host in its target', async () => {
    for (const target of ['/sandbox/sms', '/nowhere', 'http://rebind.evil.example/sandbox/sms']) {
      const { status, body } = await sendRaw(product.url, `GET ${target} HTTP/1.0\r\n\r\n`);
      expect([target, status, body.code]).toEqual([target, 400, 'validation_failed']);
    }
    const { status } = await sendRaw(product.url, 'GET http://localhost/health/live HTTP/1.0\r\n\r\n');
    expect(status).toBe(200);
  });

  it.each([
    'localhost',
    'LocalHost.:80',
    'app.localhost:3000',
    '127.0.0.1',
    '127.8.8.8:1',
    '[::1]:3000',
    '10.1.2.3',
    'Chat.Example.Com',
  ])('takes Host: %s and shows the code', async (host) => {
    expect((await ask(product, host, '/health/live')).status).toBe(200);
    expect((await sendOtp(product, host)).body.otp).toMatch(/^\d{6}$/);
  });

  it.each(ACTS)('%s %s refuses the form of another site', async (method, path) => {
    const foreign = [
      'sec-fetch-site: cross-site\r\norigin: https://evil.example\r\n',
      'sec-fetch-site: cross-site\r\norigin: null\r\n',
      'sec-fetch-site: same-site\r\norigin: https://evil.chat.example.com\r\n',
      'sec-fetch-site: cross-site\r\n',
      'origin: https://evil.example\r\n',
      'origin: null\r\n',
    ];
    for (const headers of foreign) {
      const { status, body } = await ask(product, 'chat.example.com', path, headers, method);
      expect([headers, status, body.detail]).toEqual([headers, 400, expect.stringContaining('another site')]);
    }
  });

  it.each([
    'sec-fetch-site: same-origin\r\norigin: null\r\n',
    'sec-fetch-site: same-origin\r\norigin: https://chat.example.com\r\n',
    'origin: https://chat.example.com\r\n',
    // An app under development, which CORS lets in.
    'sec-fetch-site: cross-site\r\norigin: http://localhost:5173\r\n',
    '',
  ])('the Pay button of our own page and a tool are heard: %j', async (headers) => {
    const path = '/sandbox/stripe/checkout/cs_1/pay';
    expect((await ask(product, 'chat.example.com', path, headers, 'POST')).status).toBe(404);
    const clock = await ask(
      product,
      'chat.example.com',
      '/sandbox/clock',
      headers,
      'POST',
      '{"advance_seconds":0}',
    );
    expect(clock.status).toBe(200);
  });
});

it.each(ROUTES)('%s %s is for this machine only: behind a proxy there is nothing', async (method, path) => {
  shared ??= sharedProduct();
  for (const header of [
    'x-forwarded-for: 127.0.0.1',
    'forwarded: for=127.0.0.1',
    'via: 1.1 a',
    'x-real-ip: 127.0.0.1',
    'cf-connecting-ip: 127.0.0.1',
  ]) {
    const { status, body } = await ask(await shared, 'localhost', path, `${header}\r\n`, method);
    expect([header, status, body.code]).toEqual([header, 404, 'not_found']);
    expect((await sendOtp(await shared, 'localhost', `${header}\r\n`)).body.otp).toBeUndefined();
  }
});
let shared: Promise<Product> | undefined;
afterAll(async () => (await shared)?.close());

it('without a sandbox any single well-formed Host is accepted', async () => {
  const product = await startProduct({
    OTP_DELIVERY: 'webhook',
    SMS_WEBHOOK_URL: 'http://127.0.0.1:9/',
    SMS_WEBHOOK_SECRET: 's'.repeat(32),
    GEMINI_API_KEY: 'a-key-that-is-never-used-0123456789',
    BILLING: 'off',
  });
  expect((await ask(product, 'any.example', '/health/live')).status).toBe(200);
  expect((await ask(product, '', '/health/live')).status).toBe(200);
  expect((await ask(product, 'a b', '/health/live')).body.code).toBe('validation_failed');
  expect((await ask(product, 'a', '/health/live', 'host: b\r\n')).body.code).toBe('validation_failed');
  await product.close();
});
