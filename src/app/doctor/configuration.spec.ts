import { loadConfig } from '../../platform/config/config.js';
import {
  verdictOfAppUrl,
  verdictOfCountries,
  verdictOfEnvironment,
  verdictOfOrigins,
  verdictOfProxies,
  verdictOfSecrets,
  verdictOfTestNumbers,
} from './configuration.js';
import { Redactor } from './redactor.js';

const SECRET = 'b7Jq-0Zk3VtYw_9mXcR5sLh2NfPdGa8E';
const load = (environment: Record<string, string> = {}) =>
  loadConfig(environment, { embeddedSecret: () => '' });
const PRODUCTION = {
  NODE_ENV: 'production',
  HOST: '0.0.0.0',
  APP_URL: 'https://api.chat.dev',
  DATABASE_URL: 'postgresql://chat:db-password@db.internal/chat',
  REDIS_URL: 'redis://:redis-password@queue.internal',
  JWT_SECRET: SECRET,
  OTP_DELIVERY: 'webhook',
  SMS_WEBHOOK_URL: 'https://sms.chat.dev/send',
  SMS_WEBHOOK_SECRET: 'whsec_Zk3VtYw9mXcR5sLh2NfPdGa8E',
  GEMINI_API_KEY: 'AIzaSyD-k3VtYw9mXcR5sL',
  LLM_PROVIDERS: 'gemini,groq',
  GROQ_API_KEY: 'gsk_Zk3VtYw9mXcR5sL',
  BILLING: 'off',
};
const inProduction = (environment: Record<string, string> = {}) => load({ ...PRODUCTION, ...environment });

it('outside production it says what is simulated', () => {
  expect(verdictOfEnvironment(load())).toMatchObject({
    outcome: 'warning',
    fact: 'not production; simulated: SMS, Gemini, Stripe',
  });
  expect(verdictOfEnvironment(inProduction()).outcome).toBe('ok');
});

it.each([
  ['https://api.chat.dev', 'production', 'ok'],
  ['http://api.chat.dev', 'production', 'failed'],
  ['http://api.chat.dev', 'development', 'warning'],
  ['http://localhost:3000', 'development', 'ok'],
])('APP_URL %s in %s is %s', (APP_URL, NODE_ENV, outcome) => {
  const config = NODE_ENV === 'production' ? inProduction({ APP_URL }) : load({ APP_URL });
  expect(verdictOfAppUrl(config).outcome).toBe(outcome);
});

it.each([
  ['', 'ok'],
  ['https://app.chat.dev', 'ok'],
  ['capacitor://localhost', 'warning'],
  ['http://app.chat.dev', 'warning'],
  ['https://app.chat.dev/', 'failed'],
  ['app.chat.dev', 'failed'],
  ['*', 'failed'],
  ['https://*.chat.dev', 'failed'],
])('CORS_ORIGINS %s in production is %s', (CORS_ORIGINS, outcome) => {
  expect(verdictOfOrigins(inProduction({ CORS_ORIGINS })).outcome).toBe(outcome);
});

it('a secret that was typed by hand, and a rotation that has not ended, are warnings', () => {
  const of = (environment: Record<string, string>) => verdictOfSecrets(load(environment)).outcome;
  const DATABASE_URL = 'postgresql://chat@db/chat';
  expect(of({})).toBe('ok');
  expect(of({ DATABASE_URL, JWT_SECRET: 'only-for-tests-0123456789abcdef0123456789abcdef' })).toBe('warning');
  expect(of({ DATABASE_URL, JWT_SECRET: SECRET })).toBe('ok');
  expect(of({ DATABASE_URL, JWT_SECRET: SECRET, JWT_PREVIOUS_SECRETS: `${SECRET}-previous` })).toBe(
    'warning',
  );
});

it('no trusted proxy is a warning where production listens beyond loopback', () => {
  expect(verdictOfProxies(inProduction()).outcome).toBe('warning');
  expect(verdictOfProxies(inProduction({ HOST: '127.0.0.1' })).outcome).toBe('ok');
  expect(verdictOfProxies(inProduction({ TRUST_PROXY: 'uniquelocal' })).outcome).toBe('ok');
});

it('fixed codes are a warning until they are removed', () => {
  const OTP_TEST_NUMBERS = '+15550100:123456';
  const now = new Date('2026-11-01T00:00:00Z');
  const of = (until: string) =>
    verdictOfTestNumbers(load({ OTP_TEST_NUMBERS, OTP_TEST_NUMBERS_UNTIL: until }), now);
  expect(verdictOfTestNumbers(load(), now).outcome).toBe('ok');
  expect(of('2026-12-01T00:00:00Z')).toMatchObject({
    outcome: 'warning',
    fact: expect.stringContaining('1 until'),
  });
  expect(of('2026-10-01T00:00:00Z')).toMatchObject({ outcome: 'warning', fact: 'expired' });
});

it('codes to all countries are a warning, except by the sandbox', () => {
  expect(verdictOfCountries(inProduction()).outcome).toBe('warning');
  expect(verdictOfCountries(inProduction({ OTP_ALLOWED_COUNTRIES: 'IN' })).outcome).toBe('ok');
  expect(verdictOfCountries(load()).outcome).toBe('ok');
});

it('the redactor knows every secret of the configuration', () => {
  const redactor = Redactor.of(inProduction());
  const secrets = ['db-password', 'redis-password', SECRET, 'AIzaSyD-k3VtYw9mXcR5sL', 'gsk_Zk3VtYw9mXcR5sL'];
  for (const secret of [...secrets, PRODUCTION.SMS_WEBHOOK_SECRET])
    expect(redactor.text(`before ${secret} after`)).toBe('before [secret] after');
});
