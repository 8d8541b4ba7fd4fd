/** One turn of the conversation as the model sees it. */
export interface Turn {
  role: 'user' | 'model';
  text: string;
}

/** One call of a model. */
export interface GenerateRequest {
  /** Model id as the provider names it (an id of LLM_MODELS). */
  model: string;
  /** The provider of LLM_PROVIDERS that offers the model; null: not named. */
  provider: string | null;
  systemPrompt: string | null;
  /** Oldest first; the last turn is the user's. */
  turns: Turn[];
  /** Longest answer, in tokens. */
  maxOutputTokens: number;
  /** Aborts the call at the provider, not only its reading. */
  signal: AbortSignal;
  /** Called before each call of a provider, with the provider and the model that is asked for; not for a skipped one. */
  onCall?: (call: ModelCall) => void;
}

/** A call of a provider, by the names of the configuration. */
export interface ModelCall {
  provider: string;
  model: string;
}

/** Token counts as the provider reports them; null: not reported, or not a valid count. */
export interface TokenUsage {
  promptTokens: number | null;
  outputTokens: number | null;
  thoughtTokens: number | null;
  /** Included in `promptTokens`. */
  cachedTokens: number | null;
}

/**
 * How the answer ended, in one vocabulary for every provider. A blocked answer ends with `safety`, `recitation` or
 * `policy`; `promptBlocked`: the provider refused the question, not the answer. `technical`: the model or the server
 * erred, but there is text.
 */
export interface GenerateEnd {
  type: 'end';
  finish: 'stop' | 'length' | 'safety' | 'recitation' | 'policy' | 'technical';
  promptBlocked: boolean;
  /** The model that answered, as the provider names it. */
  model: string;
  usage: TokenUsage | null;
}

/** A piece of the answer. */
export interface GenerateText {
  type: 'text';
  text: string;
  /** The model that answers, as the provider names it. Repeated here because a stopped reply never gets an `end`. */
  model: string;
}

/** A stream of text pieces, then exactly one `end`. */
export type GenerateEvent = GenerateText | GenerateEnd;

/**
 * The port to language models: one call in, a stream of text and exactly one `end` out. Every failure is a
 * {@link ModelError}.
 *
 * Problem. Providers break their own protocols: finish reasons on every chunk, 200 with an error inside, answers without
 * text, endless bodies, thoughts within the text, 429 for a message that is too long. A worker that trusts them retries
 * without end, charges for nothing or shows half an answer as a whole one.
 *
 * How it works. Each provider (`gemini/`, `openai/`) only opens a call and turns one chunk into {@link ChunkFacts}.
 * `reading/` does the rest by one rule for all: `answer-fetch` bounds and frames the bytes, `guarded-stream` bounds the
 * silence, `answer-state` decides whether the answer is whole, `model-failure` turns errors into one of five kinds. Around
 * each provider stands a {@link GuardedLanguageModel} (breaker, rests after a 429), around all of them the
 * {@link FallbackChain}.
 *
 * `stop` and `technical` always come with text; an answer that ends so without text is a failure (`unavailable`), because
 * another call may succeed. `length` may come without text: the thoughts used up the token budget.
 *
 * When a provider is down, the breaker fails its calls at once and the chain asks the next provider. Cost: one pass over the
 * bytes, and buffers bounded by answer-size.ts. Deliberately not done here: retries, deadlines, quotas and shortening of
 * the conversation; `src/replies` does them. Recorded streams of real servers (`shapes/`) are the test data.
 */
export abstract class LanguageModel {
  abstract generate(request: GenerateRequest): AsyncIterable<GenerateEvent>;
}

/**
 * Why a call failed: `unavailable` (5xx, network, cut stream), `rate_limited` (429), `rejected` (4xx: a bad request, a
 * wrong key, an unknown model), `timeout` (silence longer than LLM_TIMEOUT_SECONDS), `aborted` (by the caller's signal).
 */
export type ModelErrorKind = 'unavailable' | 'rate_limited' | 'rejected' | 'timeout' | 'aborted';

/**
 * A failed call to a model. `message` and `reason` never quote the provider, and there is no `cause`: the provider's text
 * may hold the prompt or a key, and errors are logged.
 */
export class ModelError extends Error {
  constructor(
    readonly kind: ModelErrorKind,
    /** Milliseconds that the provider asked to wait (RetryInfo, Retry-After). */
    readonly retryAfterMs: number | null = null,
    /** What was observed, for the operator: `http 503`, `ECONNRESET`, `no finish reason`. */
    readonly reason: string | null = null,
  ) {
    super(`the language model call failed: ${kind}${reason === null ? '' : ` (${reason})`}`);
    this.name = 'ModelError';
  }

  /** Does the 429 name how long to wait? */
  get namesWait(): boolean {
    return this.kind === 'rate_limited' && this.retryAfterMs !== null;
  }

  /** Did reading the answer fail, as opposed to an error that the provider reported? */
  get isReadFailure(): boolean {
    return this.kind === 'timeout';
  }

  /** Can a later call with the same request succeed? */
  get retriable(): boolean {
    return this.kind !== 'rejected' && this.kind !== 'aborted';
  }
}

/** The connection broke, or the answer could not be read. */
export class ConnectionBroken extends ModelError {
  constructor(reason: string) {
    super('unavailable', null, reason);
  }

  override get isReadFailure(): boolean {
    return true;
  }
}

/** The provider sent more than a valid answer can have: see answer-size.ts. */
export class AnswerTooLarge extends ModelError {
  constructor() {
    super('unavailable', null, 'larger than an answer may be');
  }
}

/**
 * What a rejection is about: `message` the content or length of the conversation · `field` a field of the request that the
 * server does not know · `setup` key, account, region, address or model · `unknown` no cause was named.
 */
export type RejectionCause = 'message' | 'field' | 'setup' | 'unknown';

/** Fields that some servers do not know. Longer names come first, because they contain shorter ones. */
export const DISPUTED_FIELDS = [
  'max_completion_tokens',
  'stream_options',
  'include_usage',
  'max_tokens',
  'system role',
  'system message',
  "support 'system'",
] as const;
export type DisputedField = (typeof DISPUTED_FIELDS)[number];

/** The provider refused the request. */
export class Rejected extends ModelError {
  constructor(
    readonly about: RejectionCause,
    reason: string,
    /** The field that the server does not know. */
    readonly field: DisputedField | null = null,
  ) {
    super('rejected', null, reason);
  }
}

/** A policy refused the content. It counts as an answer, not as a failure: AnswerState ends it as blocked. */
export class BlockedByPolicy extends ModelError {
  readonly finish = 'safety';

  constructor(reason: string) {
    super('rejected', null, reason);
  }
}

/** A failure without a call: the provider rests after a 429, or its breaker is open. */
export class ProviderSkipped extends ModelError {
  constructor(kind: 'unavailable' | 'rate_limited', retryAfterMs: number) {
    super(kind, retryAfterMs, 'not asked');
    this.name = 'ProviderSkipped';
  }
}
