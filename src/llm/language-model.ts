/** One turn of the conversation as the model sees it. */
export interface Turn {
  role: 'user' | 'model';
  text: string;
}

/** What is asked of a model. */
export interface GenerateRequest {
  /** Model id as the provider names it (an id of LLM_MODELS). */
  model: string;
  /** The provider of LLM_PROVIDERS that has the model; null: none was named. */
  provider: string | null;
  systemPrompt: string | null;
  /** Oldest first; the last one is the user's. */
  turns: Turn[];
  /** Longest answer, in tokens. */
  maxOutputTokens: number;
  /** Aborts the call at the provider, not only the reading of it. */
  signal: AbortSignal;
}

/** Token counts as the provider reports them; null: not told, or not in a form that can be one. */
export interface TokenUsage {
  promptTokens: number | null;
  outputTokens: number | null;
  thoughtTokens: number | null;
  /** Part of `promptTokens`, not beside it. */
  cachedTokens: number | null;
}

/**
 * How the answer ended, in the same words for every provider. `blocked` answers end with `safety`, `recitation`
 * or `policy`; `promptBlocked` tells that the question, not the answer, was refused. `technical`: something slipped, but
 * there is text.
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
  /** The model that answers, as the provider names it: a reply that is stopped here has no `end` to tell it. */
  model: string;
}

/** A stream of text pieces, then exactly one `end`. */
export type GenerateEvent = GenerateText | GenerateEnd;

/**
 * The port to whatever writes the answers.
 * An implementation yields text as it arrives and exactly one `end`; every failure is a {@link ModelError}.
 * `stop` and `technical` come with text, always: an answer that ends so without any is a failure (`unavailable`), because
 * asking again helps. `length` may come without text: the model's thoughts have used up the whole budget.
 */
export abstract class LanguageModel {
  abstract generate(request: GenerateRequest): AsyncIterable<GenerateEvent>;
}

/**
 * Why a call failed: `unavailable` (5xx, network, cut stream), `rate_limited` (429), `rejected` (the request is
 * wrong: 4xx, bad key, unknown model), `timeout` (silence longer than LLM_TIMEOUT_SECONDS), `aborted` (by the
 * caller's signal).
 */
export type ModelErrorKind = 'unavailable' | 'rate_limited' | 'rejected' | 'timeout' | 'aborted';

/**
 * A failed call to a model. `message` and `reason` are ours, never the provider's text, and there is no `cause`:
 * either could hold the prompt or a key, and errors end in logs.
 */
export class ModelError extends Error {
  constructor(
    readonly kind: ModelErrorKind,
    /** How long the provider asked us to wait (RetryInfo, Retry-After), in milliseconds. */
    readonly retryAfterMs: number | null = null,
    /** What was seen, for the operator, in our words: `http 503`, `ECONNRESET`, `no finish reason`. */
    readonly reason: string | null = null,
  ) {
    super(`the language model call failed: ${kind}${reason === null ? '' : ` (${reason})`}`);
    this.name = 'ModelError';
  }

  /** Did the provider name the time after which its limit lets us ask again? */
  get namesItsWait(): boolean {
    return this.kind === 'rate_limited' && this.retryAfterMs !== null;
  }

  /** Did the reading fail, rather than the provider say that it failed? */
  get isBreak(): boolean {
    return this.kind === 'timeout';
  }

  /** Is it worth asking again? */
  get retriable(): boolean {
    return this.kind !== 'rejected' && this.kind !== 'aborted';
  }
}

/** The connection broke, or what came could not be read. */
export class ConnectionBroken extends ModelError {
  constructor(reason: string) {
    super('unavailable', null, reason);
  }

  override get isBreak(): boolean {
    return true;
  }
}

/** More came than any legal answer has: see answer-size.ts. */
export class AnswerTooLarge extends ModelError {
  constructor() {
    super('unavailable', null, 'larger than an answer may be');
  }
}

/**
 * What a rejection is about: `message` what was said, by its content or length · `field` a field of the request that
 * the server does not know · `setup` key, account, region, address or model · `unknown` no cause was named.
 */
export type RejectionCause = 'message' | 'field' | 'setup' | 'unknown';

/** Fields that some servers do not know, in the order in which they are looked for: a longer name holds a shorter one. */
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

/** The provider refused the request as it was sent. */
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

/** A policy refused what was said. An answer, not a failure: whoever reads the answer ends it as blocked. */
export class BlockedByPolicy extends ModelError {
  readonly finish = 'safety';

  constructor(reason: string) {
    super('rejected', null, reason);
  }
}

/** A failure without a call: the provider is left alone for a while, because it was over its limit or out of order. */
export class ProviderSkipped extends ModelError {
  constructor(kind: 'unavailable' | 'rate_limited', retryAfterMs: number) {
    super(kind, retryAfterMs, 'not asked');
    this.name = 'ProviderSkipped';
  }
}
