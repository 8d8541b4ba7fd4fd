import { ConfigError, type EnvironmentProblem } from './config-error.js';
import { EVENT_TYPES, type EventType } from './event-types.js';
import { variables, type Environment } from './environment.js';
import { modelPrices } from './model-prices.js';
import { modelCatalogue, titleModel } from './model-catalogue.js';
import { readModelServers, type ModelServer } from './model-servers.js';
import { sandboxProviders } from './sandbox-providers.js';
import { requestLimits } from './request-limits.js';
import { tracingSettings } from './tracing-settings.js';
import { trustedIssuers } from './trusted-issuers.js';
import { brokenRules } from './config-rules.js';

/** Address and keys of Stripe. */
export interface StripeSettings {
  secretKey: string;
  /** Signing secrets of the webhook endpoint; several during a rotation. */
  webhookSecrets: string[];
  /** Prices that give Pro; the first one is offered. */
  pricesPro: string[];
  /** Another address that speaks Stripe's API; null: Stripe's own. */
  apiBase: string | null;
}

/** The endpoint of outgoing events. */
export interface EventSettings {
  url: string;
  /** Each signs; several during a rotation. */
  secrets: string[];
  types: EventType[];
}

/** The settings of a process as typed nested objects. Built once, by {@link loadConfig}; frozen. */
export type Config = ReturnType<typeof toConfig>;

/** Injection token of {@link Config}, which is a type and cannot be one itself. */
export const CONFIG = Symbol('Config');

export interface LoadOptions {
  /** Returns the generated secret of embedded mode (reads or creates the file in DATA_DIR). */
  embeddedSecret: (dataDir: string) => string;
}

/**
 * Reads the environment once.
 * @throws ConfigError naming every bad variable at once, never a value
 */
export function loadConfig(source: Record<string, string | undefined>, options: LoadOptions): Config {
  const { env, problems } = parse(source);
  const models = readModelServers(env, source);
  problems.push(...brokenRules(env, new Set(problems.map(({ name }) => name))), ...models.problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return deepFreeze(toConfig(env, models.servers, options));
}

/**
 * Reads DATABASE_URL alone; null when it is empty.
 * @throws ConfigError unless it is an address of PostgreSQL
 */
export function loadDatabaseUrl(source: Record<string, string | undefined>): string | null {
  const { env, problems } = parse({ DATABASE_URL: source['DATABASE_URL'] });
  if (problems.length > 0) throw new ConfigError(problems);
  return env.DATABASE_URL ?? null;
}

/** Parses every variable. An invalid one is reported and replaced by its default, so that the rules can check the others. */
function parse(source: Record<string, string | undefined>): {
  env: Environment;
  problems: EnvironmentProblem[];
} {
  const problems: EnvironmentProblem[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, variable] of variables()) {
    const raw = source[name]?.trim();
    const parsed = variable.schema.safeParse(raw === '' ? undefined : raw);
    if (!parsed.success)
      problems.push({ name, message: parsed.error.issues.map((issue) => issue.message).join('; ') });
    values[name] = parsed.success ? parsed.data : variable.schema.parse(undefined);
  }
  return { env: values as Environment, problems };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

/** Builds the settings from the variables; {@link Config} is inferred from it. */
function toConfig(env: Environment, servers: Record<string, ModelServer>, options: LoadOptions) {
  const production = env.NODE_ENV === 'production';
  const secret = env.JWT_SECRET ?? options.embeddedSecret(env.DATA_DIR);
  const limits = requestLimits(env);
  const models = modelCatalogue(
    env.LLM_MODELS,
    servers[env.LLM_PROVIDERS[0]!]?.model ?? env.GEMINI_MODEL,
    env.LLM_PROVIDERS,
  );
  const corsOrigins = env.CORS_ORIGINS ?? (production ? [] : ['http://localhost:*', 'http://127.0.0.1:*']);
  return {
    production,
    http: {
      port: env.PORT,
      host: env.HOST,
      /** Public base URL without a trailing slash; null until the port is known (then where it listens). */
      appUrl: env.APP_URL === undefined ? null : withoutTrailingSlashes(env.APP_URL),
      trustProxy: env.TRUST_PROXY ?? [],
      corsOrigins,
    },
    /** True: /docs, /docs-json, /docs-yaml and /scalar are served. */
    docs: env.DOCS === 'on',
    /** True: browsers get the console at `/`. */
    console: env.CONSOLE === undefined ? !production : env.CONSOLE === 'on',
    dataDir: env.DATA_DIR,
    database: { url: env.DATABASE_URL ?? null, poolMax: env.DATABASE_POOL_MAX },
    redisUrl: env.REDIS_URL ?? null,
    worker: {
      inline: env.WORKER === 'inline',
      concurrency: env.WORKER_CONCURRENCY,
      /** Port for the probes of a worker process; null: it listens nowhere. */
      probePort: env.WORKER_PROBE_PORT ?? null,
    },
    /** Multiplies the intervals of sweeps (platform/maintenance/sweeper.ts). */
    sweepIntervalFactor: env.SWEEP_INTERVAL_FACTOR,
    sandbox: { providers: sandboxProviders(env), public: env.SANDBOX_PUBLIC !== undefined },
    auth: {
      /** HKDF and signing secrets, the current one first. */
      secrets: [secret, ...(env.JWT_PREVIOUS_SECRETS ?? [])],
      accessTokenTtlSeconds: env.ACCESS_TOKEN_TTL_SECONDS,
      refreshTokenTtlDays: env.REFRESH_TOKEN_TTL_DAYS,
      trustedIssuers: trustedIssuers(env.AUTH_TRUSTED_ISSUERS),
      passwordLogin: env.PASSWORD_LOGIN === 'on',
      passwordHashConcurrency: env.PASSWORD_HASH_CONCURRENCY,
      /** Days without use after which an account is deleted; 0: never. */
      accountDormantDays: env.ACCOUNT_DORMANT_DAYS,
    },
    otp: {
      delivery: env.OTP_DELIVERY ?? 'sandbox',
      length: env.OTP_LENGTH,
      ttlSeconds: env.OTP_TTL_SECONDS,
      defaultCountry: env.DEFAULT_COUNTRY ?? null,
      allowedCountries: env.OTP_ALLOWED_COUNTRIES ?? [],
      testNumbers: new Map<string, string>(
        (env.OTP_TEST_NUMBERS ?? []).map((pair) => pair.split(':') as [string, string]),
      ),
      testNumbersUntil: env.OTP_TEST_NUMBERS_UNTIL ? new Date(env.OTP_TEST_NUMBERS_UNTIL) : null,
      sends: limits.sends,
    },
    sms: {
      text: env.SMS_TEXT,
      webhook:
        env.SMS_WEBHOOK_URL && env.SMS_WEBHOOK_SECRET
          ? { url: env.SMS_WEBHOOK_URL, secret: env.SMS_WEBHOOK_SECRET }
          : null,
      twilio:
        env.TWILIO_ACCOUNT_SID && env.TWILIO_AUTH_TOKEN
          ? {
              accountSid: env.TWILIO_ACCOUNT_SID,
              authToken: env.TWILIO_AUTH_TOKEN,
              messagingServiceSid: env.TWILIO_MESSAGING_SERVICE_SID ?? null,
              from: env.TWILIO_FROM ?? null,
            }
          : null,
    },
    quota: {
      dailyLimit: { basic: env.BASIC_DAILY_LIMIT, pro: env.PRO_DAILY_LIMIT ?? null },
      defaultTier: env.DEFAULT_TIER,
      timeZone: env.QUOTA_TIME_ZONE,
    },
    rateLimitPerMinute: limits.perMinute,
    /** Event streams and waits that one user may hold open on one process. */
    streamsPerUser: env.STREAMS_PER_USER,
    chatroomCacheTtlSeconds: env.CHATROOM_CACHE_TTL_SECONDS,
    llm: {
      /** In order of preference. */
      providers: env.LLM_PROVIDERS,
      models,
      /** The model that writes the titles of rooms; null: none does. */
      titleModel: env.AUTO_TITLE === 'on' ? titleModel(models, env.TITLE_MODEL) : null,
      /** For statistics; a model without a price costs an unknown amount. */
      prices: modelPrices(env.LLM_PRICES),
      gemini: {
        apiKey: env.GEMINI_API_KEY ?? null,
        baseUrl: env.GEMINI_BASE_URL ?? null,
        model: env.GEMINI_MODEL,
      },
      /** The other providers, by name. */
      servers,
      timeoutSeconds: env.LLM_TIMEOUT_SECONDS,
      /** Longest wait for a model whose server sends keep-alive comments. */
      queueTimeoutSeconds: Math.max(env.LLM_QUEUE_TIMEOUT_SECONDS, env.LLM_TIMEOUT_SECONDS),
      contextTokenBudget: env.CONTEXT_TOKEN_BUDGET,
      maxOutputTokens: { basic: env.MAX_OUTPUT_TOKENS, pro: env.PRO_MAX_OUTPUT_TOKENS },
      replyDeadlineSeconds: env.REPLY_DEADLINE_SECONDS,
    },
    billing: billingOf(env, corsOrigins),
    admin: {
      /** True: an admin may open a user's room. */
      canReadMessages: env.ADMIN_CAN_READ_MESSAGES === 'on',
    },
    events: eventsOf(env),
    logLevel: env.LOG_LEVEL,
    /** Token of GET /metrics; null: no metrics. */
    metrics: { token: env.METRICS_TOKEN ?? null },
    /** Where spans are exported; null: no tracing. */
    tracing: tracingSettings(env),
  };
}

/** Where events go; null: none are written or sent. */
function eventsOf(env: Environment): EventSettings | null {
  const { EVENTS_WEBHOOK_URL: url, EVENTS_WEBHOOK_SECRET: secrets } = env;
  if (url === undefined || secrets === undefined) return null;
  const chosen = (env.EVENTS_WEBHOOK_TYPES ?? []) as EventType[];
  return { url, secrets, types: chosen.length > 0 ? chosen : [...EVENT_TYPES] };
}

function billingOf(env: Environment, corsOrigins: string[]) {
  const own = [env.APP_URL, env.CHECKOUT_SUCCESS_URL, env.CHECKOUT_CANCEL_URL];
  return {
    /** False: Pro cannot be bought, and there are no routes for it. */
    on: env.BILLING !== 'off',
    /** Stripe's settings; null: the sandbox replaces Stripe. */
    stripe: env.STRIPE_SECRET_KEY
      ? {
          secretKey: env.STRIPE_SECRET_KEY,
          webhookSecrets: env.STRIPE_WEBHOOK_SECRET ?? [],
          pricesPro: env.STRIPE_PRICE_PRO_ID ?? [],
          apiBase: env.STRIPE_API_BASE ?? null,
        }
      : null,
    pastDueGraceDays: env.PAST_DUE_GRACE_DAYS,
    checkoutSuccessUrl: env.CHECKOUT_SUCCESS_URL ?? null,
    checkoutCancelUrl: env.CHECKOUT_CANCEL_URL ?? null,
    /** Origins of allowed return addresses; `:*` for any port. */
    returnOrigins: [
      ...(env.RETURN_URL_ORIGINS ?? corsOrigins),
      ...own.flatMap((url) => (url === undefined ? [] : new URL(url).origin)),
    ],
    appLink: env.APP_LINK ?? null,
    automaticTax: env.STRIPE_AUTOMATIC_TAX === 'on',
    promotionCodes: env.STRIPE_ALLOW_PROMOTION_CODES === 'on',
  };
}

function withoutTrailingSlashes(url: string): string {
  let end = url.length;
  while (url[end - 1] === '/') end -= 1;
  return url.slice(0, end);
}
