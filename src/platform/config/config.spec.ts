import { ConfigError } from './config-error.js';
import { loadConfig, loadDatabaseUrl, type Config } from './config.js';
import { variables } from './environment.js';

const SECRET = 'b7Jq-0Zk3VtYw_9mXcR5sLh2NfPdGa8E';

// In pieces, so that secret scanners do not take it for a real key.
const stripeKey = (mode: 'test' | 'live') => ['sk', mode, 'Zk3VtYw9mXcR5sLh2NfPdGa8E'].join('_');
const STRIPE = {
  STRIPE_SECRET_KEY: stripeKey('live'),
  STRIPE_WEBHOOK_SECRET: ['whsec', 'mXcR5sLh2NfPdGa8EZk3VtYw9'].join('_'),
  STRIPE_PRICE_PRO_ID: 'price_1QyZ',
};

/** Everything that production requires, and nothing else. */
const PRODUCTION = {
  NODE_ENV: 'production',
  HOST: '0.0.0.0',
  APP_URL: 'https://api.chat.dev/',
  DATABASE_URL: 'postgresql://chat@db.internal/chat',
  JWT_SECRET: SECRET,
  OTP_DELIVERY: 'webhook',
  SMS_WEBHOOK_URL: 'https://sms.chat.dev/send',
  SMS_WEBHOOK_SECRET: 'whsec_Zk3VtYw9mXcR5sLh2NfPdGa8E',
  GEMINI_API_KEY: 'AIzaSyD-k3VtYw9mXcR5sL',
  BILLING: 'stripe',
  ...STRIPE,
};

const load = (environment: Record<string, string> = {}): Config =>
  loadConfig(environment, { embeddedSecret: () => SECRET });

/** Names of the refused variables, in the printed order; empty for a valid environment. */
function refused(environment: Record<string, string>): string[] {
  return problemsOf(environment).map(({ name }) => name);
}

function problemsOf(environment: Record<string, string>): ConfigError['problems'] {
  try {
    load(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

function without(...names: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(PRODUCTION).filter(([name]) => !names.includes(name)));
}

describe('an empty environment', () => {
  it('selects the embedded database, loopback, all sandboxes and a generated secret', () => {
    expect(load()).toMatchObject({
      production: false,
      console: true,
      http: { host: '127.0.0.1', port: 3000, appUrl: null, trustProxy: [] },
      database: { url: null },
      redisUrl: null,
      worker: { inline: true },
      sandbox: { providers: ['sms', 'llm', 'billing'], public: false },
      auth: { secrets: [SECRET] },
      quota: { dailyLimit: { basic: 5, pro: null }, timeZone: 'UTC' },
    });
  });

  it('equals an environment whose variables are all empty or blank', () => {
    const blank = Object.fromEntries(variables().map(([name], index) => [name, ' '.repeat(index % 2)]));
    expect(load(blank)).toEqual(load());
  });

  it('gives a frozen configuration', () => {
    expect(() => Object.assign(load().http, { port: 1 })).toThrow('read only');
  });
});

describe('faults', () => {
  it('are reported together: bad values, broken rules and the model list', () => {
    const names = refused({
      PORT: 'http',
      DATABASE_URL: 'mysql://db/chat',
      QUOTA_TIME_ZONE: 'Mars/Olympus',
      OTP_DELIVERY: 'twilio',
      TWILIO_FROM: '+15550100',
      LLM_PROVIDERS: 'groq',
      LLM_MODELS: 'a|A|gold',
    });
    expect(names).toEqual([
      'PORT',
      'DATABASE_URL',
      'QUOTA_TIME_ZONE',
      'GROQ_API_KEY',
      'TWILIO_ACCOUNT_SID',
      'TWILIO_AUTH_TOKEN',
      'LLM_MODELS',
    ]);
  });

  it('that are consequences of another fault are not reported', () => {
    expect(refused({ ...PRODUCTION, OTP_DELIVERY: 'pigeon' })).toEqual(['OTP_DELIVERY']);
    expect(refused({ ...without('APP_URL'), NODE_ENV: 'prod' })).toEqual(['NODE_ENV']);
    expect(refused({ ...without('GEMINI_API_KEY'), LLM_PROVIDERS: 'Oracle!' })).toEqual(['LLM_PROVIDERS']);
  });

  it('include each missing variable of a server in LLM_PROVIDERS, with a hint at a similar name', () => {
    const env = {
      LLM_PROVIDERS: 'gemini,mistral',
      MISTRAL_BASEURL: 'https://api.mistral.ai/v1',
      MISTRAL_API_KEY: 'x',
    };
    expect(problemsOf(env)).toEqual([
      {
        name: 'MISTRAL_BASE_URL',
        message: 'is required while LLM_PROVIDERS names mistral (there is MISTRAL_BASEURL)',
      },
      { name: 'MISTRAL_API_KEY', message: 'too short for a key' },
      { name: 'MISTRAL_MODEL', message: 'is required while LLM_PROVIDERS names mistral' },
    ]);
    expect(problemsOf({ LLM_PROVIDERS: 'gemni' })[0]?.message).toContain('(is gemini meant?)');
  });

  it.each(['stripe', 'llm', 'jwt', 'Mistral', 'a-b', '1st', 'groq,groq'])(
    'is a provider called %s: its variables would be others’, or its name is none',
    (LLM_PROVIDERS) => expect(refused({ LLM_PROVIDERS })).toEqual(['LLM_PROVIDERS']),
  );

  it('form one message, which ends with a reference to the documentation', () => {
    expect(() => load({ PORT: 'http', OTP_LENGTH: '4' })).toThrow(
      /^The configuration cannot be used:\n {2}PORT: .+\n {2}OTP_LENGTH: .+\nEvery variable is described in docs\/configuration.md.$/,
    );
  });
});

describe('a message never contains the value', () => {
  // Invalid for every variable with a form, and in every shape that a rule reads.
  const MARKER = 'hunter2SecretMarker';
  const SHAPES = [
    MARKER,
    `${MARKER},${MARKER}`,
    `${MARKER}|${MARKER}|${MARKER}`,
    `+1555:${MARKER}`,
    `http://${MARKER}`,
  ];

  it.each(variables().map(([name]) => name))('%s', (name) => {
    for (const shape of SHAPES)
      for (const base of [
        {},
        PRODUCTION,
        without(...Object.keys(PRODUCTION).filter((key) => key !== 'NODE_ENV')),
      ])
        expect(JSON.stringify(problemsOf({ ...base, [name]: shape }))).not.toContain(MARKER);
  });

  it('nor does the error that the process prints', () => {
    const everythingWrong = Object.fromEntries(variables().map(([name]) => [name, MARKER]));
    expect(() => load(everythingWrong)).toThrow(ConfigError);
    expect(() => load(everythingWrong)).not.toThrow(MARKER);
  });
});

describe('production', () => {
  it('starts when every external service is set', () => {
    expect(load(PRODUCTION)).toMatchObject({
      production: true,
      console: false,
      http: { appUrl: 'https://api.chat.dev', corsOrigins: [] },
      sandbox: { providers: [] },
    });
  });

  it.each([
    ['APP_URL'],
    ['DATABASE_URL'],
    ['JWT_SECRET'],
    ['GEMINI_API_KEY'],
    ['SMS_WEBHOOK_URL'],
    ['SMS_WEBHOOK_SECRET'],
    ['BILLING'],
    ['STRIPE_SECRET_KEY'],
    ['STRIPE_WEBHOOK_SECRET'],
    ['STRIPE_PRICE_PRO_ID'],
  ])('refuses to start without %s', (name) => {
    expect(refused(without(name))).toContain(name);
  });

  it('reports all missing variables together', () => {
    expect(new Set(refused({ NODE_ENV: 'production' }))).toEqual(
      new Set(['APP_URL', 'DATABASE_URL', 'JWT_SECRET', 'OTP_DELIVERY', 'GEMINI_API_KEY', 'BILLING']),
    );
  });

  it.each([
    ['the SMS sandbox', { OTP_DELIVERY: 'sandbox' }, 'OTP_DELIVERY'],
    ['a public sandbox', { SANDBOX_PUBLIC: 'anyone-may-sign-in-as-anyone' }, 'SANDBOX_PUBLIC'],
    ['a placeholder', { JWT_SECRET: 'change-me-change-me-change-me-change-me' }, 'JWT_SECRET'],
    ['one letter many times', { JWT_SECRET: 'a'.repeat(64) }, 'JWT_SECRET'],
    ['the secret of the tests', { JWT_SECRET: `only-for-tests-${SECRET}` }, 'JWT_SECRET'],
    [
      'a placeholder among the old ones',
      { JWT_PREVIOUS_SECRETS: `your-secret-${SECRET}` },
      'JWT_PREVIOUS_SECRETS',
    ],
    ['another address for Stripe', { STRIPE_API_BASE: 'https://stripe.chat.dev' }, 'STRIPE_API_BASE'],
    ['a placeholder of a key', { GEMINI_API_KEY: 'your-api-key' }, 'GEMINI_API_KEY'],
  ])('refuses %s', (_, change, name) => {
    expect(refused({ ...PRODUCTION, ...change })).toContain(name);
  });

  it('accepts any number of OpenAI-compatible servers, with or without a key', () => {
    const env = {
      ...without('GEMINI_API_KEY'),
      LLM_PROVIDERS: 'mistral,ollama',
      MISTRAL_BASE_URL: 'https://api.mistral.ai/v1',
      MISTRAL_API_KEY: 'k3VtYw9mXcR5sLh2',
      MISTRAL_MODEL: 'mistral-small-latest',
      OLLAMA_BASE_URL: 'http://127.0.0.1:11434/v1',
      OLLAMA_MODEL: 'qwen3',
      LLM_MODELS: 'qwen3|Small|basic+pro|ollama',
    };
    const { servers, models, providers } = load(env).llm;
    expect(providers).toEqual(['mistral', 'ollama']);
    expect(servers['ollama']).toEqual({ baseUrl: 'http://127.0.0.1:11434/v1', apiKey: null, model: 'qwen3' });
    expect(models).toMatchObject([{ id: 'qwen3', provider: 'ollama' }]);
    expect(load({ ...env, LLM_MODELS: '' }).llm.models).toMatchObject([{ id: 'mistral-small-latest' }]);
    expect(refused({ ...env, MISTRAL_API_KEY: 'your-api-key' })).toEqual(['MISTRAL_API_KEY']);
    expect(refused({ ...env, LLM_MODELS: 'a|A|basic|groq' })).toEqual(['LLM_MODELS']);
  });

  it('accepts another provider instead of Gemini', () => {
    const groq = { ...without('GEMINI_API_KEY'), LLM_PROVIDERS: 'groq', GROQ_API_KEY: 'gsk_3VtYw9mXcR5sLh2' };
    expect(load(groq).sandbox.providers).toEqual([]);
  });
});

describe('a sandbox listens only on loopback', () => {
  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('%s is loopback', (HOST) => {
    expect(load({ HOST }).http.host).toBe(HOST);
  });

  it.each(['0.0.0.0', '::', '10.0.0.7', '127.0.0.1.chat.dev', '127.999.0.1', 'chat.dev'])(
    '%s is refused',
    (HOST) => expect(refused({ HOST })).toEqual(['HOST']),
  );

  it('unless SANDBOX_PUBLIC is set', () => {
    const HOST = '0.0.0.0';
    expect(refused({ HOST, SANDBOX_PUBLIC: 'yes' })).toContain('SANDBOX_PUBLIC');
    expect(load({ HOST, SANDBOX_PUBLIC: 'anyone-may-sign-in-as-anyone' }).sandbox.public).toBe(true);
  });

  it('also when only one sandbox is on', () => {
    const sms = { HOST: '0.0.0.0', GEMINI_API_KEY: 'AIzaSyD-k3VtYw9mXcR5sL', BILLING: 'off' };
    expect(problemsOf(sms)).toEqual([{ name: 'HOST', message: expect.stringContaining('(sms)') }]);
  });
});

describe('a rule between variables', () => {
  it.each<[string, Record<string, string>, string]>([
    [
      'a database that others share, without a shared secret',
      { DATABASE_URL: 'postgres://db/chat' },
      'JWT_SECRET',
    ],
    ['a separate worker of the embedded database', { WORKER: 'separate' }, 'WORKER'],
    ['groq without its key', { LLM_PROVIDERS: 'gemini,groq' }, 'GROQ_API_KEY'],
    ['twilio without a sender', { OTP_DELIVERY: 'twilio' }, 'TWILIO_MESSAGING_SERVICE_SID'],
    [
      'a short secret among the old ones',
      { JWT_PREVIOUS_SECRETS: `${SECRET},short` },
      'JWT_PREVIOUS_SECRETS',
    ],
    [
      'a rotation to the same secret',
      { JWT_SECRET: SECRET, JWT_PREVIOUS_SECRETS: SECRET },
      'JWT_PREVIOUS_SECRETS',
    ],
    ['a proxy that is not an address', { TRUST_PROXY: 'true' }, 'TRUST_PROXY'],
    ['a range with too many bits', { TRUST_PROXY: '10.0.0.0/33' }, 'TRUST_PROXY'],
    ['a country in small letters', { OTP_ALLOWED_COUNTRIES: 'IN,de' }, 'OTP_ALLOWED_COUNTRIES'],
    ['a number that JavaScript would read', { PORT: '0x1F' }, 'PORT'],
    ['sweeps without an interval', { SWEEP_INTERVAL_FACTOR: '0' }, 'SWEEP_INTERVAL_FACTOR'],
    ['a factor that JavaScript would read', { SWEEP_INTERVAL_FACTOR: '1e0' }, 'SWEEP_INTERVAL_FACTOR'],
    ['a live key beside a sandbox', STRIPE, 'STRIPE_SECRET_KEY'],
    [
      'a key of Stripe without the webhook’s secret',
      { STRIPE_SECRET_KEY: stripeKey('test') },
      'STRIPE_WEBHOOK_SECRET',
    ],
    ['a key of Stripe without a price', { STRIPE_SECRET_KEY: stripeKey('test') }, 'STRIPE_PRICE_PRO_ID'],
    ['a publishable key', { STRIPE_SECRET_KEY: 'pk_test_12345678' }, 'STRIPE_SECRET_KEY'],
    ['a secret that is none', { STRIPE_WEBHOOK_SECRET: 'whsec_12345678,secret' }, 'STRIPE_WEBHOOK_SECRET'],
    ['an SMS text without the code', { SMS_TEXT: 'Hello!' }, 'SMS_TEXT'],
  ])('%s is refused', (_, environment, name) => {
    expect(refused(environment)).toContain(name);
  });

  it('proxies are accepted as addresses, ranges and names of ranges', () => {
    const TRUST_PROXY = '10.1.2.3, 172.16.0.0/12,fd00::/8 ,uniquelocal';
    expect(load({ TRUST_PROXY }).http.trustProxy).toEqual([
      '10.1.2.3',
      '172.16.0.0/12',
      'fd00::/8',
      'uniquelocal',
    ]);
  });

  it('a command that needs only the database ignores the other variables', () => {
    const DATABASE_URL = 'postgresql://chat@db.internal/chat';
    expect(loadDatabaseUrl({ DATABASE_URL, PORT: 'http' })).toBe(DATABASE_URL);
    expect(loadDatabaseUrl({ NODE_ENV: 'production' })).toBeNull();
    expect(() => loadDatabaseUrl({ DATABASE_URL: 'mysql://db/chat' })).toThrow(ConfigError);
  });
});

describe('billing', () => {
  const test = { ...STRIPE, STRIPE_SECRET_KEY: stripeKey('test') };

  it('in Stripe’s test mode replaces only the Stripe sandbox', () => {
    expect(load(test).sandbox.providers).toEqual(['sms', 'llm']);
  });

  it('off requires no variables and starts no sandbox', () => {
    expect(load({ BILLING: 'off' })).toMatchObject({
      sandbox: { providers: ['sms', 'llm'] },
      billing: { on: false, stripe: null },
    });
  });

  it('allows returns to the origins of the app, of APP_URL and of the configured pages', () => {
    const { returnOrigins } = load({
      ...test,
      APP_URL: 'https://api.chat.dev/v1',
      RETURN_URL_ORIGINS: 'https://app.chat.dev',
      CHECKOUT_SUCCESS_URL: 'https://www.chat.dev/thanks?id={CHECKOUT_SESSION_ID}',
    }).billing;
    expect(returnOrigins).toEqual(['https://app.chat.dev', 'https://api.chat.dev', 'https://www.chat.dev']);
  });
});

describe('fixed codes for app-store review', () => {
  const OTP_TEST_NUMBERS_UNTIL = '2027-01-01T00:00:00Z';

  it('require a code of the right length and an end date', () => {
    const { otp } = load({ OTP_TEST_NUMBERS: '+15550100:123456,+15550101:654321', OTP_TEST_NUMBERS_UNTIL });
    expect(otp.testNumbers).toEqual(
      new Map([
        ['+15550100', '123456'],
        ['+15550101', '654321'],
      ]),
    );
    expect(otp.testNumbersUntil).toEqual(new Date(OTP_TEST_NUMBERS_UNTIL));
  });

  it('without an end date are refused', () => {
    expect(refused({ OTP_TEST_NUMBERS: '+15550100:123456' })).toEqual(['OTP_TEST_NUMBERS_UNTIL']);
  });

  it.each(['15550100:123456', '+15550100', '+15550100:1234', '+15550100:12345a', '+1555:123456'])(
    '%s is refused',
    (OTP_TEST_NUMBERS) =>
      expect(refused({ OTP_TEST_NUMBERS, OTP_TEST_NUMBERS_UNTIL })).toEqual(['OTP_TEST_NUMBERS']),
  );

  it('have OTP_LENGTH digits', () => {
    const eight = { OTP_LENGTH: '8', OTP_TEST_NUMBERS_UNTIL };
    expect(refused({ ...eight, OTP_TEST_NUMBERS: '+15550100:123456' })).toEqual(['OTP_TEST_NUMBERS']);
    expect(refused({ ...eight, OTP_TEST_NUMBERS: '+15550100:12345678' })).toEqual([]);
  });
});
