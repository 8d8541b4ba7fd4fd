import { ConfigError, type EnvironmentProblem } from './config-error.js';
import type { Environment } from './environment.js';
import { isLoopback } from './loopback.js';
import { modelCatalogue } from './model-catalogue.js';
import { isPlaceholder } from './placeholder.js';
import { sandboxProviders } from './sandbox-providers.js';
import { trustedIssuers } from './trusted-issuers.js';

/**
 * A rule between variables: returns its faults. A rule that reads an invalid variable is skipped (see {@link brokenRules}).
 *
 * In short: production requires a setting for every external service and refuses sandboxes and placeholders; a sandbox
 * listens beyond loopback only with SANDBOX_PUBLIC; one choice may require other variables. All faults are reported at
 * once, without values.
 */
type Rule = (env: Environment) => EnvironmentProblem[];

const problem = (name: string, message: string): EnvironmentProblem[] => [{ name, message }];

/** `name` must be set while `when` holds. */
const needed =
  (name: keyof Environment, when: (env: Environment) => boolean, message: string): Rule =>
  (env) =>
    when(env) && !env[name] ? problem(name, message) : [];

/** `name` must not be set while `when` holds. */
const refused =
  (name: keyof Environment, when: (env: Environment) => boolean, message: string): Rule =>
  (env) =>
    when(env) ? problem(name, message) : [];

const inProduction = (env: Environment) => env.NODE_ENV === 'production';
const asks = (provider: 'gemini' | 'groq') => (env: Environment) => env.LLM_PROVIDERS.includes(provider);
const bills = (env: Environment) => (env.BILLING ?? 'stripe') === 'stripe';
const sends = (by: 'twilio' | 'webhook') => (env: Environment) => env.OTP_DELIVERY === by;
const both = (a: (env: Environment) => boolean, b: (env: Environment) => boolean) => (env: Environment) =>
  a(env) && b(env);

/** Production requires a setting for each external service and refuses sandboxes and placeholders. */
const PRODUCTION: Rule[] = [
  needed('APP_URL', inProduction, 'is required in production'),
  needed('DATABASE_URL', inProduction, 'is required in production: the embedded database is for development'),
  needed('JWT_SECRET', inProduction, 'is required in production'),
  needed('OTP_DELIVERY', inProduction, 'is required in production: twilio or webhook'),
  refused(
    'OTP_DELIVERY',
    both(inProduction, (env) => env.OTP_DELIVERY === 'sandbox'),
    'sandbox is refused in production',
  ),
  needed(
    'GEMINI_API_KEY',
    both(inProduction, asks('gemini')),
    'is required in production while LLM_PROVIDERS names gemini',
  ),
  needed('BILLING', inProduction, 'is required in production: stripe or off'),
  needed(
    'STRIPE_SECRET_KEY',
    both(inProduction, (env) => env.BILLING === 'stripe'),
    'is required in production with BILLING=stripe',
  ),
  refused(
    'STRIPE_API_BASE',
    both(inProduction, (env) => env.STRIPE_API_BASE !== undefined),
    'is refused in production: the key would be sent to an address that is not Stripe’s',
  ),
  refused(
    'SANDBOX_PUBLIC',
    both(inProduction, (env) => env.SANDBOX_PUBLIC !== undefined),
    'is refused in production',
  ),
  ...(
    [
      'JWT_SECRET',
      'JWT_PREVIOUS_SECRETS',
      'GEMINI_API_KEY',
      'GROQ_API_KEY',
      'METRICS_TOKEN',
      'SMS_WEBHOOK_SECRET',
      'EVENTS_WEBHOOK_SECRET',
      'TWILIO_AUTH_TOKEN',
      'STRIPE_SECRET_KEY',
      'STRIPE_WEBHOOK_SECRET',
    ] as const
  ).map((name) =>
    refused(
      name,
      both(inProduction, (env) => [env[name] ?? []].flat().some(isPlaceholder)),
      'is a placeholder',
    ),
  ),
];

/** A sandbox never fails open, since any client that reaches it may sign in to any account. */
const SANDBOX: Rule[] = [
  (env) =>
    sandboxProviders(env).length === 0 || isLoopback(env.HOST) || env.SANDBOX_PUBLIC
      ? []
      : problem(
          'HOST',
          `must be loopback while a sandbox is on (${sandboxProviders(env).join(', ')}); or set SANDBOX_PUBLIC`,
        ),
  // With a sandbox any client may sign in to any account, and could start or cancel real payments.
  refused(
    'STRIPE_SECRET_KEY',
    (env) => sandboxProviders(env).length > 0 && /^.k_live_/.test(env.STRIPE_SECRET_KEY ?? ''),
    'a live key is refused while a sandbox is on',
  ),
];

/** Variables that one choice makes necessary. */
const CHOICES: Rule[] = [
  needed(
    'JWT_SECRET',
    (env) => env.DATABASE_URL !== undefined,
    'is required with DATABASE_URL: all processes must share it',
  ),
  refused(
    'WORKER',
    (env) => env.WORKER === 'separate' && !env.DATABASE_URL,
    'separate needs DATABASE_URL: the embedded database belongs to one process',
  ),
  needed('GROQ_API_KEY', asks('groq'), 'is required while LLM_PROVIDERS names groq'),
  needed('SMS_WEBHOOK_URL', sends('webhook'), 'is required with OTP_DELIVERY=webhook'),
  needed('SMS_WEBHOOK_SECRET', sends('webhook'), 'is required with OTP_DELIVERY=webhook'),
  needed(
    'EVENTS_WEBHOOK_SECRET',
    (env) => env.EVENTS_WEBHOOK_URL !== undefined,
    'is required with EVENTS_WEBHOOK_URL: without a signature any client could forge events',
  ),
  needed(
    'EVENTS_WEBHOOK_URL',
    (env) => env.EVENTS_WEBHOOK_SECRET !== undefined,
    'is required with EVENTS_WEBHOOK_SECRET',
  ),
  needed('TWILIO_ACCOUNT_SID', sends('twilio'), 'is required with OTP_DELIVERY=twilio'),
  needed('TWILIO_AUTH_TOKEN', sends('twilio'), 'is required with OTP_DELIVERY=twilio'),
  needed(
    'TWILIO_MESSAGING_SERVICE_SID',
    both(sends('twilio'), (env) => !env.TWILIO_FROM),
    'or TWILIO_FROM is required with OTP_DELIVERY=twilio',
  ),
  needed(
    'OTP_TEST_NUMBERS_UNTIL',
    (env) => env.OTP_TEST_NUMBERS !== undefined,
    'is required with OTP_TEST_NUMBERS',
  ),
  refused(
    'OTP_TEST_NUMBERS',
    ({ OTP_TEST_NUMBERS: pairs = [], OTP_LENGTH: digits }) =>
      !pairs.every((pair) => new RegExp(`^\\+\\d{8,15}:\\d{${digits}}$`).test(pair)),
    'every entry is +number:code, the code with OTP_LENGTH digits',
  ),
  refused(
    'JWT_PREVIOUS_SECRETS',
    ({ JWT_PREVIOUS_SECRETS: secrets = [] }) => secrets.some((secret) => secret.length < 32),
    'each has at least 32 characters',
  ),
  refused(
    'JWT_PREVIOUS_SECRETS',
    ({ JWT_PREVIOUS_SECRETS: secrets = [], JWT_SECRET: current }) =>
      current !== undefined && secrets.includes(current),
    'also holds the current JWT_SECRET: remove it, or set a new JWT_SECRET',
  ),
  needed(
    'STRIPE_WEBHOOK_SECRET',
    both(bills, (env) => env.STRIPE_SECRET_KEY !== undefined),
    'is required with STRIPE_SECRET_KEY: without it any client could forge Stripe’s events',
  ),
  needed(
    'STRIPE_PRICE_PRO_ID',
    both(bills, (env) => env.STRIPE_SECRET_KEY !== undefined),
    'is required with STRIPE_SECRET_KEY',
  ),
  ({ LLM_MODELS, LLM_PROVIDERS }) => problemsOf(() => modelCatalogue(LLM_MODELS, '', LLM_PROVIDERS)),
  ({ AUTH_TRUSTED_ISSUERS }) => problemsOf(() => trustedIssuers(AUTH_TRUSTED_ISSUERS)),
];

/** The faults of the ConfigError that `read` throws; none if it succeeds. */
function problemsOf(read: () => unknown): EnvironmentProblem[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/**
 * The faults between variables.
 * @param unreadable names of variables with a fault of their own; rules that read one of them are skipped, because their
 * faults would be consequences of the first
 */
export function brokenRules(env: Environment, unreadable: ReadonlySet<string>): EnvironmentProblem[] {
  return [...PRODUCTION, ...SANDBOX, ...CHOICES].flatMap((rule) => {
    let judged = true;
    const watched = new Proxy(env, {
      get(target, name) {
        if (unreadable.has(String(name))) judged = false;
        return Reflect.get(target, name) as unknown;
      },
    });
    const problems = rule(watched);
    return judged ? problems : [];
  });
}
