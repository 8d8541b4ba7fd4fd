import { at } from './chunk-facts.js';

/**
 * What the error bodies of providers say, reduced to what decides: none of their words leaves this file, because they
 * quote prompts and keys. Google: `{error: {status, message, details: [...]}}`, also in a list · OpenAI and most others:
 * `{error: {code, type, param, message}}` · Azure: and `innererror.code` · FastAPI servers: `{detail: [{loc, msg}]}` ·
 * vLLM until 0.9: `{object: "error", code, message}` · others: `{message}` or `{error: "text"}`.
 */
export class ErrorBody {
  private readonly error: unknown;
  /** Everything that was said, in lower case, with a bound: only fixed words are looked for. */
  private readonly words: string;

  constructor(body: unknown) {
    const first: unknown = Array.isArray(body) ? body[0] : body;
    this.error = at(first, 'error') ?? first;
    this.words = wordsOf(first).join(' ').slice(0, LONGEST_WORDS).toLowerCase();
  }

  /** Did a policy refuse what was said? */
  get isPolicy(): boolean {
    return this.says(POLICY);
  }

  /** Is it too long for the model, as it was sent? */
  get isTooLong(): boolean {
    return this.says(TOO_LONG);
  }

  /** Is it about the content that was sent? A field of the request that holds it is named. */
  get isAboutContent(): boolean {
    return !this.says(['role']) && CONTENT_FIELDS.some((names) => names.every((name) => this.says([name])));
  }

  /** Is it about the key, the account, the region or the model? That is the operator's, and says nothing of a message. */
  get isAboutSetup(): boolean {
    return this.says(SETUP);
  }

  /** Is the limit one that no short wait ends: a day's quota, an empty account? */
  get isUsedUp(): boolean {
    return this.says(USED_UP);
  }

  /** Has Google's quota of the day been used up? It names the violation, and a RetryInfo that is of no use. */
  get isDailyQuota(): boolean {
    return this.says(['perday']);
  }

  get isRateLimit(): boolean {
    return Number(at(this.error, 'code')) === 429 || this.says(['rate_limit_exceeded', 'resource_exhausted']);
  }

  /** Which of these fields of the request does it name? */
  named<F extends string>(fields: readonly F[]): F | null {
    return fields.find((field) => this.words.includes(field)) ?? null;
  }

  /** `google.rpc.RetryInfo` (https://cloud.google.com/apis/design/errors), in seconds. */
  get retryInfoSeconds(): number | null {
    const details = at(this.error, 'details');
    if (!Array.isArray(details)) return null;
    for (const detail of details) {
      const [type, delay] = [at(detail, '@type'), at(detail, 'retryDelay')];
      if (typeof type !== 'string' || !type.endsWith('google.rpc.RetryInfo')) continue;
      const seconds = typeof delay === 'string' && /^(\d{1,12}(?:\.\d{1,9})?)s$/.exec(delay)?.[1];
      if (seconds) return Number(seconds);
    }
    return null;
  }

  private says(phrases: readonly string[]): boolean {
    return phrases.some((phrase) => this.words.includes(phrase));
  }
}

const LONGEST_WORDS = 8000;
const DEEPEST = 6;
const MOST_VALUES = 200;

/**
 * Azure, OpenAI: content_filter, ResponsibleAIPolicyViolation, content_policy_violation, invalid_prompt · OpenRouter,
 * OpenAI moderation: "your input was flagged" · DeepSeek: "Content Exists Risk" · xAI: "violates usage guidelines" ·
 * Alibaba: data_inspection_failed · Zhipu: contentFilter.
 */
const POLICY = [
  'content_filter',
  'contentfilter',
  'responsibleaipolicyviolation',
  'content management policy',
  'content_policy_violation',
  'invalid_prompt',
  'input was flagged',
  'prompt was flagged',
  'flagged as potentially violating',
  'content exists risk',
  'violates usage guidelines',
  'data_inspection_failed',
  'datainspectionfailed',
];

/**
 * Gemini: "The input token count (…) exceeds", "Request payload size exceeds" · OpenAI, vLLM: context_length_exceeded,
 * "maximum context length is" · Groq, OpenAI: "Request too large for model" · Mistral: "too large for model" · xAI:
 * "maximum prompt length is" · llama.cpp: exceed_context_size_error · TGI: "tokens + `max_new_tokens` must be" ·
 * Anthropic's: "prompt is too long" · DeepSeek: "maximum context length".
 */
const TOO_LONG = [
  'input token count',
  'payload size exceeds',
  'context_length_exceeded',
  'string_above_max_length',
  'maximum context length',
  'model_context_window_exceeded',
  'context window',
  'exceed_context_size',
  'available context size',
  'request too large',
  'request_too_large',
  'too large for model',
  'prompt is too long',
  'input is too long',
  'maximum prompt length',
  'max_new_tokens` must be',
  'reduce the length of the messages',
];

/** Where what was said stands in a request: OpenAI's and FastAPI's `messages` with their `content`, Gemini's `contents`. */
const CONTENT_FIELDS = [['messages', 'content'], ['contents[']];

const SETUP = [
  'api_key_invalid',
  'api key',
  'api_key',
  'invalid_api_key',
  'failed_precondition',
  'permission_denied',
  'billing',
  'location is not supported',
  'unsupported_country',
  'not available in your',
  'your region',
  'this region',
  'model_not_found',
  'model not found',
  'model_decommissioned',
  'does not exist',
  'invalid model',
];

/** OpenAI: insufficient_quota, "exceeded your current quota" comes with it · DeepSeek: "Insufficient Balance". */
const USED_UP = ['insufficient_quota', 'insufficient balance', 'insufficient credits', 'billing_hard_limit'];

/** Every string in the body, keys left out, with bounds: a body may be anything. */
function wordsOf(body: unknown): string[] {
  const words: string[] = [];
  let values = 0;
  const walk = (value: unknown, depth: number): void => {
    values += 1;
    if (values > MOST_VALUES || depth > DEEPEST) return;
    if (typeof value === 'string') words.push(value.slice(0, 1000));
    else if (typeof value === 'object' && value !== null)
      for (const one of Object.values(value)) walk(one, depth + 1);
  };
  walk(body, 0);
  return words;
}
