import { at } from './chunk-facts.js';

/**
 * Reads the error bodies of providers and answers questions about them. No text of a body leaves this file, because bodies
 * quote prompts and keys. Google: `{error: {status, message, details: [...]}}`, also in a list · OpenAI and most others:
 * `{error: {code, type, param, message}}` · Azure: and `innererror.code` · FastAPI servers: `{detail: [{loc, msg}]}` ·
 * vLLM until 0.9: `{object: "error", code, message}` · others: `{message}` or `{error: "text"}`.
 */
export class ErrorBody {
  private readonly error: unknown;
  /** All strings of the body, in lower case and bounded: only fixed phrases are searched for. */
  private readonly text: string;

  constructor(body: unknown) {
    const first: unknown = Array.isArray(body) ? body[0] : body;
    this.error = at(first, 'error') ?? first;
    this.text = stringsIn(first).join(' ').slice(0, MAX_TEXT_LENGTH).toLowerCase();
  }

  /** Did a policy refuse the content? */
  get isPolicy(): boolean {
    return this.mentions(POLICY);
  }

  /** Is the request too long for the model? */
  get isTooLong(): boolean {
    return this.mentions(TOO_LONG);
  }

  /** Does the error name a field of the request that holds the conversation? */
  get isAboutContent(): boolean {
    return (
      !this.mentions(['role']) && CONTENT_FIELDS.some((names) => names.every((name) => this.mentions([name])))
    );
  }

  /** Is the cause the key, the account, the region or the model? Then the operator has to act, and the message is fine. */
  get isAboutSetup(): boolean {
    return this.mentions(SETUP);
  }

  /** Is the account empty or out of quota? A short wait does not help. */
  get isExhausted(): boolean {
    return this.mentions(EXHAUSTED);
  }

  /** Is Google's daily quota used up? The body names the violation, and a RetryInfo that is far too short. */
  get isDailyQuota(): boolean {
    return this.mentions(['perday']);
  }

  get isRateLimit(): boolean {
    return (
      Number(at(this.error, 'code')) === 429 || this.mentions(['rate_limit_exceeded', 'resource_exhausted'])
    );
  }

  /** The first of these fields that the error names. */
  firstMentioned<F extends string>(fields: readonly F[]): F | null {
    return fields.find((field) => this.text.includes(field)) ?? null;
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

  private mentions(phrases: readonly string[]): boolean {
    return phrases.some((phrase) => this.text.includes(phrase));
  }
}

const MAX_TEXT_LENGTH = 8000;
const MAX_DEPTH = 6;
const MAX_VALUES = 200;

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

/** Fields that hold the conversation: OpenAI's and FastAPI's `messages` with their `content`, Gemini's `contents`. */
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
const EXHAUSTED = [
  'insufficient_quota',
  'insufficient balance',
  'insufficient credits',
  'billing_hard_limit',
];

/** All string values of a body, without keys, bounded in number, length and depth. */
function stringsIn(body: unknown): string[] {
  const text: string[] = [];
  let values = 0;
  const walk = (value: unknown, depth: number): void => {
    values += 1;
    if (values > MAX_VALUES || depth > MAX_DEPTH) return;
    if (typeof value === 'string') text.push(value.slice(0, 1000));
    else if (typeof value === 'object' && value !== null)
      for (const one of Object.values(value)) walk(one, depth + 1);
  };
  walk(body, 0);
  return text;
}
