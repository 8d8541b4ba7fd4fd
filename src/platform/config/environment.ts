import { isIP } from 'node:net';
import { z } from 'zod';
import { EVENT_TYPES, isEventType } from './event-types.js';
import { isHeaderPair } from './header-pairs.js';
import { refusalOfRedisUrl } from '../redis/redis-url.js';

/** One environment variable: its schema, and its text in the generated documents. */
export interface Variable<S extends z.ZodType = z.ZodType> {
  schema: S;
  /** What it does, in one sentence; printed in the documents. */
  doc: string;
  /** The default as the documents show it; '' for none. */
  shown: string;
}

/** Digits only: `Number()` also reads `1e3`, `0x10` and an empty text. */
const integer = (min: number, max: number) =>
  z.string().regex(/^\d+$/, 'not a whole number').transform(Number).pipe(z.number().int().min(min).max(max));

const decimal = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,3}(?:\.\d{1,9})?$/, 'not a number')
    .transform(Number)
    .pipe(z.number().min(min).max(max));

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);

/** A list in which every item has one form; `message` names the form. */
const listOf = (holds: (item: string) => boolean, message: string) =>
  list.refine((items) => items.every(holds), message);

const httpUrl = z.url({ protocol: /^https?$/ });
const redisUrl = z.string().superRefine((text, context) => {
  const message = refusalOfRedisUrl(text);
  if (message !== null) context.addIssue({ code: 'custom', message });
});
const isCountry = (code: string) => /^[A-Z]{2}$/.test(code);

/**
 * True for a value that Fastify's `trustProxy` accepts (npm package `proxy-addr`). Checked here, because Fastify would
 * repeat the value in its error.
 */
function isProxyRange(item: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(item)) return true;
  const [address = '', bits, ...rest] = item.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** A signing secret as Standard Webhooks defines it. */
function isWebhookSecret(text: string): boolean {
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(text)) return false;
  const { length } = Buffer.from(text.slice('whsec_'.length), 'base64');
  return length >= 24 && length <= 64;
}

function isTimeZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}

/** Provider names become prefixes of variables, so a prefix of another variable cannot be one. */
function isProviderName(name: string): boolean {
  if (name === 'gemini' || name === 'groq') return true;
  return /^[a-z][a-z0-9]{0,39}$/.test(name) && !reservedPrefixes().has(name);
}

function reservedPrefixes(): Set<string> {
  return new Set(variables().map(([name]) => name.split('_')[0]!.toLowerCase()));
}

function optional<S extends z.ZodType>(schema: S, doc: string): Variable<z.ZodOptional<S>> {
  return { schema: schema.optional(), doc, shown: '' };
}

function withDefault<S extends z.ZodType>(schema: S, value: string, doc: string): Variable<z.ZodDefault<S>> {
  return { schema: schema.prefault(value as never) as never, doc, shown: value };
}

/** Text of every limit on requests; request-limits.ts has the rule. */
const NOT_ON_LOOPBACK = 'On loopback with the SMS sandbox there is no such limit unless it is set.';

/**
 * A limit on requests. It has no value here when it is unset: request-limits.ts decides whether its default applies.
 */
function requestLimit(max: number, value: string, doc: string): Variable<z.ZodOptional<z.ZodType<number>>> {
  return { schema: integer(1, max).optional(), doc: `${doc} ${NOT_ON_LOOPBACK}`, shown: value };
}

/**
 * Every environment variable of the product, in the order the documents print them. This is the only list:
 * `.env.example` and `docs/configuration.md` are generated from it (`npm run generate`).
 */
export const ENVIRONMENT = {
  Process: {
    NODE_ENV: withDefault(
      z.enum(['development', 'test', 'production']),
      'development',
      'In `production` every sandbox, placeholder secret and embedded database is refused.',
    ),
    PORT: withDefault(integer(0, 65_535), '3000', 'Port to listen on; 0 takes a free one.'),
    HOST: withDefault(
      z.string().min(1),
      '127.0.0.1',
      'Address to listen on. With a sandbox on, only loopback is allowed (see SANDBOX_PUBLIC).',
    ),
    APP_URL: optional(
      httpUrl,
      'Public address of this API, used in problem types and links. Default: the address it listens on; required in production.',
    ),
    DATA_DIR: withDefault(
      z.string().min(1),
      '.data',
      'Folder of the embedded database and the generated secret.',
    ),
    DATABASE_URL: optional(
      z.url({ protocol: /^postgres(ql)?$/ }),
      'PostgreSQL 15 or newer (session connections: no transaction-mode pooler). Empty: an embedded PostgreSQL 18 is started in DATA_DIR.',
    ),
    DATABASE_POOL_MAX: withDefault(
      integer(2, 500),
      '16',
      'Connections of the pool of one process; docs/deploy.md names those beside the pool.',
    ),
    REDIS_URL: optional(
      redisUrl,
      'Redis 6.2 or newer for the queue, the list cache and the rate limits (appendonly yes, maxmemory-policy noeviction). `redis://user:password@host:6379/0`, `rediss://…` with TLS; `redis://host:6379,host:6379` or `?cluster=true`: Cluster; `sentinel://host:26379,host:26379?master=mymaster`: Sentinel. Options: docs/deploy.md. Empty: queue and limits are in PostgreSQL; the list cache is in memory, and off with several processes.',
    ),
    WORKER: withDefault(
      z.enum(['inline', 'separate']),
      'inline',
      '`inline`: this API process also generates the replies. `separate`: run any number of `npm run start:worker`.',
    ),
    WORKER_CONCURRENCY: withDefault(integer(1, 1000), '32', 'Replies that one worker generates at once.'),
    WORKER_PROBE_PORT: optional(
      integer(0, 65_535),
      'Port of a worker process (`npm run start:worker`) for probes: GET /health/live, /health/ready and /metrics, at HOST; 0 takes a free one. Empty: a worker listens nowhere.',
    ),
    SWEEP_INTERVAL_FACTOR: withDefault(
      decimal(0.05, 10),
      '1',
      'Multiplies the intervals, 1.5 to 10 s, at which each process looks for lost jobs, unsent events and unfinished deletions, and writes statistics. Smaller: they are found sooner, for more statements.',
    ),
    DOCS: withDefault(
      z.enum(['on', 'off']),
      'on',
      'Whether /docs, /docs-json, /docs-yaml and /scalar are served. /docs/errors always is: it explains the error codes.',
    ),
    CONSOLE: optional(
      z.enum(['on', 'off']),
      'Whether browsers get the console, a chat to click through, at `/`. Default: on; off in production, where browsers get an index.',
    ),
    SANDBOX_PUBLIC: optional(
      z.literal('anyone-may-sign-in-as-anyone'),
      'This value lets a process with a sandbox listen beyond loopback; every client that reaches it can read the codes. Host must still be localhost, an IP address or the host of APP_URL.',
    ),
    TRUST_PROXY: optional(
      listOf(isProxyRange, 'every entry is an address, a CIDR range, loopback, linklocal or uniquelocal'),
      'Addresses or CIDR ranges of the proxies in front whose X-Forwarded-For is trusted, comma-separated; `uniquelocal` is every private range. Empty: no proxy is trusted. Ports, brackets and quotes around an address in the header are ignored; for an element that is no address the proxy’s own address counts.',
    ),
    CORS_ORIGINS: optional(
      list,
      'Origins of web pages that may call this API, comma-separated; `http://localhost:*` is any port. Default: any port of localhost in development, none in production.',
    ),
    LOG_LEVEL: withDefault(
      z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
      'info',
      'Lowest level of the written log lines.',
    ),
    METRICS_TOKEN: optional(
      z.string().min(16),
      'Bearer token of GET /metrics (Prometheus), at least 16 characters. Empty: no metrics are kept, and the route does not exist.',
    ),
    OTEL_EXPORTER_OTLP_ENDPOINT: optional(
      httpUrl,
      'Address of an OpenTelemetry collector, to which traces are exported as OTLP/JSON (`/v1/traces` is appended). Empty: no traces are made, and nothing of the SDK is loaded.',
    ),
    OTEL_EXPORTER_OTLP_HEADERS: optional(
      listOf(isHeaderPair, 'not a list of name=value, percent-encoded'),
      'Headers of each export, such as the key of the collector: `name=value`, percent-encoded, separated by commas.',
    ),
    OTEL_SERVICE_NAME: withDefault(
      z.string().min(1).max(100),
      'chat-backend',
      'Name of the service in traces.',
    ),
    OTEL_BSP_SCHEDULE_DELAY: withDefault(
      integer(10, 60_000),
      '2000',
      'Milliseconds between two exports of traces.',
    ),
    OTEL_TRACES_SAMPLER_ARG: withDefault(
      decimal(0, 1),
      '1',
      'Share of the traces that begin here and are recorded, 0 to 1. A trace that a signed-in caller began follows their decision.',
    ),
  },
  'Signing in': {
    JWT_SECRET: optional(
      z.string().min(32),
      'At least 32 characters; the keys of tokens, codes and number hashes are derived from it. With the embedded database it is generated and kept in DATA_DIR (mode 0600).',
    ),
    JWT_PREVIOUS_SECRETS: optional(
      list,
      'Previous secrets, newest first: tokens signed with them are still accepted; new tokens are not.',
    ),
    ACCESS_TOKEN_TTL_SECONDS: withDefault(integer(5, 86_400), '900', 'Lifetime of an access token.'),
    REFRESH_TOKEN_TTL_DAYS: withDefault(
      integer(1, 3650),
      '30',
      'A session ends when it is not refreshed for this long.',
    ),
    AUTH_TRUSTED_ISSUERS: optional(
      z.string(),
      'Issuers whose access tokens are also accepted, on every route except `/auth/*`: `issuer|audience|jwks_url`, comma-separated; an issuer with several audiences has several entries. RS256, ES256 or EdDSA, `exp` at most 24 hours after `iat`.',
    ),
    PASSWORD_LOGIN: withDefault(
      z.enum(['on', 'off']),
      'on',
      '`off` answers 404 on /auth/login and refuses passwords.',
    ),
    PASSWORD_HASH_CONCURRENCY: withDefault(
      integer(1, 64),
      '4',
      'Maximum of argon2id hashes computed at once (19 MiB each).',
    ),
    ACCOUNT_DORMANT_DAYS: withDefault(
      z.union([z.literal('0').transform(Number), integer(30, 36_500)]),
      '365',
      'Days without use after which an account is deleted, because its number may have a new owner; at least 30, 0 for never. Suspended accounts and those with Pro are kept; where DEFAULT_TIER is pro, those with a subscription or a grant.',
    ),
    OTP_DELIVERY: optional(
      z.enum(['sandbox', 'twilio', 'webhook']),
      'How codes are sent. Default outside production: the sandbox, readable at GET /sandbox/sms.',
    ),
    OTP_LENGTH: withDefault(integer(6, 8), '6', 'Number of digits of a code.'),
    OTP_TTL_SECONDS: withDefault(integer(30, 900), '300', 'Lifetime of a code.'),
    DEFAULT_COUNTRY: optional(
      z.string().refine(isCountry, 'not two capital letters'),
      'ISO 3166 country of numbers written without their country code, e.g. `IN`.',
    ),
    OTP_ALLOWED_COUNTRIES: optional(
      listOf(isCountry, 'every entry has two capital letters'),
      'ISO 3166 countries whose numbers may sign in, comma-separated; empty: all.',
    ),
    OTP_TEST_NUMBERS: optional(
      list,
      'Fixed codes for app-store review, `+15550100:123456`, comma-separated; nothing is sent to them.',
    ),
    OTP_TEST_NUMBERS_UNTIL: optional(
      z.iso.datetime({ offset: true }),
      'Moment at which OTP_TEST_NUMBERS stop working; required with them.',
    ),
    SMS_TEXT: withDefault(
      z.string().includes('{code}'),
      'Your code is {code}. It works for {minutes} minutes. Do not share it.',
      'Text of the SMS; `{code}` and `{minutes}` are replaced.',
    ),
    SMS_WEBHOOK_URL: optional(
      httpUrl,
      'With OTP_DELIVERY=webhook: the address that receives `{"to","text"}`, signed as Standard Webhooks.',
    ),
    SMS_WEBHOOK_SECRET: optional(
      z.string().min(24),
      'Signing key of SMS_WEBHOOK_URL (`whsec_` and base64, or plain text).',
    ),
    TWILIO_ACCOUNT_SID: optional(z.string().startsWith('AC'), 'With OTP_DELIVERY=twilio.'),
    TWILIO_AUTH_TOKEN: optional(z.string().min(16), 'With OTP_DELIVERY=twilio.'),
    TWILIO_MESSAGING_SERVICE_SID: optional(
      z.string().startsWith('MG'),
      'With OTP_DELIVERY=twilio: this or TWILIO_FROM.',
    ),
    TWILIO_FROM: optional(z.string().min(3), 'With OTP_DELIVERY=twilio: the sending number.'),
    OTP_SENDS_PER_NUMBER_PER_HOUR: requestLimit(
      1000,
      '5',
      'Codes sent to one number in an hour, from all unknown networks together; as many again are reserved for its home networks (networks it has signed in from).',
    ),
    OTP_SENDS_PER_NUMBER_PER_DAY: requestLimit(
      10_000,
      '10',
      'Codes sent to one number in a day, from all unknown networks together; as many again are reserved for its home networks (networks it has signed in from).',
    ),
    OTP_SENDS_PER_IP_PER_HOUR: requestLimit(
      1_000_000,
      '20',
      'Codes that one address (IPv6: one /64) may request in an hour.',
    ),
    OTP_SENDS_PER_PREFIX_PER_HOUR: requestLimit(
      1_000_000,
      '100',
      'Codes sent in an hour to numbers without an account that share one prefix (all but the last four digits). Further requests are answered 202, and no code is sent.',
    ),
    OTP_SENDS_PER_DAY: requestLimit(
      100_000_000,
      '5000',
      'Codes sent in a day to all numbers without an account: the ceiling of an SMS-pumping bill. Half is reserved for networks that have requested none that day. Further requests are answered 202, and no code is sent.',
    ),
  },
  'Limits and cache': {
    BASIC_DAILY_LIMIT: withDefault(integer(0, 1_000_000), '5', 'Messages a Basic user may send in a day.'),
    PRO_DAILY_LIMIT: optional(
      integer(0, 1_000_000),
      'Messages a Pro user may send in a day; empty: unlimited.',
    ),
    DEFAULT_TIER: withDefault(z.enum(['basic', 'pro']), 'basic', 'Tier of a new account.'),
    QUOTA_TIME_ZONE: withDefault(
      z.string().refine(isTimeZone, 'not an IANA time zone'),
      'UTC',
      'IANA time zone whose midnight starts a new day.',
    ),
    RATE_LIMIT_PER_MINUTE: requestLimit(
      100_000_000,
      '60',
      'Requests per minute of one Basic user, and of one address on open routes.',
    ),
    PRO_RATE_LIMIT_PER_MINUTE: requestLimit(100_000_000, '300', 'Requests per minute of one Pro user.'),
    STREAMS_PER_USER: withDefault(
      integer(1, 10_000),
      '32',
      'Event streams and waits (`Prefer: wait`) that one user may hold open on one process.',
    ),
    CHATROOM_CACHE_TTL_SECONDS: withDefault(
      integer(1, 86_400),
      '600',
      'Lifetime of a cached chatroom list; a write invalidates it at once.',
    ),
  },
  Billing: {
    BILLING: optional(
      z.enum(['stripe', 'off']),
      'Default: stripe, through its sandbox while no key is set. `off`: Pro cannot be bought; an account has DEFAULT_TIER, or Pro by a grant of an operator.',
    ),
    STRIPE_SECRET_KEY: optional(
      z.string().regex(/^(sk|rk)_(test|live)_\w+$/, 'not a secret or restricted key of Stripe'),
      'Secret or restricted key of Stripe. Empty outside production: the Stripe sandbox takes the payments.',
    ),
    STRIPE_WEBHOOK_SECRET: optional(
      listOf((item) => /^whsec_\w+$/.test(item), 'every entry begins with whsec_'),
      'Signing secrets of the webhook endpoint `<APP_URL>/webhook/stripe`, comma-separated; several during a rotation.',
    ),
    STRIPE_PRICE_PRO_ID: optional(
      listOf((item) => /^price_\w+$/.test(item), 'every entry begins with price_'),
      'Prices that give Pro, comma-separated; the first one is offered. Keep each price that a subscription still has.',
    ),
    STRIPE_API_BASE: optional(
      httpUrl,
      'Address of another server that speaks the Stripe API; refused in production.',
    ),
    PAST_DUE_GRACE_DAYS: withDefault(integer(0, 60), '7', 'Days that Pro continues after a missed payment.'),
    CHECKOUT_SUCCESS_URL: optional(
      httpUrl,
      'Address to return to after a payment; `{CHECKOUT_SESSION_ID}` is replaced. Default: a page of this API.',
    ),
    CHECKOUT_CANCEL_URL: optional(
      httpUrl,
      'Address to return to without a payment. Default: a page of this API.',
    ),
    RETURN_URL_ORIGINS: optional(
      list,
      'Origins that a request may name as its return address, comma-separated; `:*` for any port. Default: CORS_ORIGINS. The origins of APP_URL and of the two addresses above are always allowed.',
    ),
    APP_LINK: optional(
      z.url(),
      'Address that this API’s own pages after a payment link to: your app, e.g. `myapp://billing`.',
    ),
    STRIPE_AUTOMATIC_TAX: withDefault(z.enum(['on', 'off']), 'off', 'Whether Stripe Tax calculates the tax.'),
    STRIPE_ALLOW_PROMOTION_CODES: withDefault(
      z.enum(['on', 'off']),
      'off',
      'Whether the checkout page has a field for promotion codes.',
    ),
  },
  Operators: {
    ADMIN_CAN_READ_MESSAGES: withDefault(
      z.enum(['on', 'off']),
      'off',
      'Whether an admin may open one room for 30 minutes, with a reason. Each read is logged and listed in the user’s export.',
    ),
  },
  Events: {
    EVENTS_WEBHOOK_URL: optional(
      httpUrl,
      'Address of the app’s server that receives events, signed as Standard Webhooks; empty: none are written or sent.',
    ),
    EVENTS_WEBHOOK_SECRET: optional(
      listOf(isWebhookSecret, 'every secret is whsec_ and base64 of 24 to 64 bytes'),
      'Signing secrets of EVENTS_WEBHOOK_URL, `whsec_` and base64 of 24 to 64 bytes; comma-separated during a rotation: each signs.',
    ),
    EVENTS_WEBHOOK_TYPES: optional(
      listOf(isEventType, `every entry is one of ${EVENT_TYPES.join(', ')}`),
      `Types of the events that are sent, comma-separated; empty: all (\`${EVENT_TYPES.join('`, `')}\`).`,
    ),
  },
  'Language model': {
    LLM_PROVIDERS: withDefault(
      list
        .pipe(z.array(z.string()).min(1))
        .refine((names) => names.every(isProviderName), {
          error: 'every name matches `[a-z][a-z0-9]*` and is not the prefix of another variable',
        })
        .refine((names) => new Set(names).size === names.length, { error: 'a provider is named twice' }),
      'gemini',
      'Providers in order of preference; the next one is called only when nothing was streamed yet. `gemini` speaks Google’s protocol; any other name is a server that speaks OpenAI’s chat protocol, e.g. `mistral`: MISTRAL_BASE_URL (the address before `/chat/completions`), MISTRAL_MODEL (used as the fallback of another provider), MISTRAL_API_KEY (empty: the server needs none).',
    ),
    LLM_MODELS: optional(
      z.string(),
      'Models that users may choose, `id|label|tiers|provider|input tokens`, comma-separated, the first is the default, e.g. `gemini-flash-latest|Flash|basic+pro,mistral-large|Large|pro|mistral,qwen3|Small|basic+pro|ollama|6000`. A model’s provider is called first; the others are fallbacks with their own models. The input tokens are the longest input that the model takes (where the answer shares its window, the window without the answer): earlier messages are cut to it, and a message that is longer by itself is refused without a call. Without a provider, LLM_PROVIDERS decides the first provider, and the id is Gemini’s (the first provider’s where Gemini is not listed). Default: the first provider’s own model for both tiers.',
    ),
    LLM_PRICES: optional(
      z.string(),
      'Prices of models for the statistics of operators, `model|input|output|cached input`, comma-separated, per million tokens, e.g. `gemini-flash-latest|0.30|2.50|0.03`. The model is named as the provider is asked for it; the currency is yours. Without a price a model’s tokens are counted and its cost is unknown.',
    ),
    AUTO_TITLE: withDefault(
      z.enum(['on', 'off']),
      'on',
      'Whether a model writes a title for a room after its first answer. A name that the owner gave stays. It is one more call of a model per room, and no message of the day.',
    ),
    TITLE_MODEL: optional(
      z.string().min(1),
      'Model that writes the titles: an id of LLM_MODELS, or of the provider that is asked for models without a named one. Choose a small, cheap one. Default: the default model.',
    ),
    GEMINI_API_KEY: optional(
      z.string().min(8, 'too short for a key'),
      'Key of the Gemini API. Empty outside production: the Gemini sandbox answers.',
    ),
    GEMINI_MODEL: withDefault(
      z.string().min(1),
      'gemini-flash-latest',
      'The model when LLM_MODELS is empty, and when Gemini is the fallback of another provider.',
    ),
    GEMINI_BASE_URL: optional(httpUrl, 'Address of another server that speaks the Gemini API.'),
    GROQ_API_KEY: optional(
      z.string().min(8, 'too short for a key'),
      'Key of Groq; required when LLM_PROVIDERS names groq.',
    ),
    GROQ_MODEL: withDefault(
      z.string().min(1),
      'llama-3.3-70b-versatile',
      'Model of Groq when it is the fallback of another provider.',
    ),
    GROQ_BASE_URL: withDefault(
      httpUrl,
      'https://api.groq.com/openai/v1',
      'Address of Groq, before `/chat/completions`.',
    ),
    LLM_TIMEOUT_SECONDS: withDefault(
      integer(1, 3600),
      '60',
      'Longest silence of the model before the call is cancelled.',
    ),
    LLM_QUEUE_TIMEOUT_SECONDS: withDefault(
      integer(1, 3600),
      '300',
      'Longest wait for a model whose server sends keep-alive comments while the request is queued there; never less than LLM_TIMEOUT_SECONDS.',
    ),
    CONTEXT_TOKEN_BUDGET: withDefault(
      integer(256, 2_000_000),
      '8000',
      'Tokens of system prompt and history sent with a message.',
    ),
    MAX_OUTPUT_TOKENS: withDefault(
      integer(16, 1_000_000),
      '2048',
      'Longest answer of a Basic user, in tokens.',
    ),
    PRO_MAX_OUTPUT_TOKENS: withDefault(
      integer(16, 1_000_000),
      '8192',
      'Longest answer of a Pro user, in tokens.',
    ),
    REPLY_DEADLINE_SECONDS: withDefault(
      integer(5, 86_400),
      '600',
      'A reply fails when it is not final this long after its slot was granted.',
    ),
  },
} as const;

/** The variables of each OpenAI-compatible server that LLM_PROVIDERS names, after its name and `_`. */
export const SERVER_VARIABLES = {
  BASE_URL: httpUrl,
  API_KEY: z.string().min(8, 'too short for a key').optional(),
  MODEL: z.string().min(1),
} as const;

type Groups = typeof ENVIRONMENT;
type Flat = { [G in keyof Groups]: Groups[G] }[keyof Groups];
type Union<T> = (T extends unknown ? (value: T) => void : never) extends (value: infer I) => void ? I : never;
type Variables = Union<Flat>;

/** The parsed environment: one typed value per variable. */
export type Environment = {
  [K in keyof Variables]: Variables[K] extends Variable<infer S> ? z.output<S> : never;
};

/** All variables by name, group order kept. */
export function variables(): [string, Variable][] {
  return Object.values(ENVIRONMENT).flatMap((group) => Object.entries(group) as [string, Variable][]);
}
