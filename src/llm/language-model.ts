/** One turn of the conversation as the model sees it. */
export interface Turn {
  role: 'user' | 'model';
  text: string;
}

/** What is asked of a model. */
export interface GenerateRequest {
  /** Model id as the provider names it (an id of LLM_MODELS). */
  model: string;
  systemPrompt: string | null;
  /** Oldest first; the last one is the user's. */
  turns: Turn[];
  /** Longest answer, in tokens. */
  maxOutputTokens: number;
  /** Aborts the call at the provider, not only the reading of it. */
  signal: AbortSignal;
}

/** Token counts as the provider reports them. */
export interface TokenUsage {
  promptTokens: number;
  outputTokens: number;
  thoughtTokens: number;
  /** Part of `promptTokens`, not beside it. */
  cachedTokens: number;
}

/**
 * How the answer ended, in the same words for every provider. `blocked` answers end with `safety`, `recitation`
 * or `other`; `promptBlocked` tells that the question, not the answer, was refused.
 */
export interface GenerateEnd {
  type: 'end';
  finish: 'stop' | 'length' | 'safety' | 'recitation' | 'other';
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
 * `stop` comes with text, always: an answer that stops without any is a failure (`unavailable`), because asking
 * again helps. `length` may come without text: the model's thoughts have used up the whole budget.
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

  /** Is it worth asking again? */
  get retriable(): boolean {
    return this.kind !== 'rejected' && this.kind !== 'aborted';
  }
}

/** A failure without a call: the provider is left alone for a while, because it was over its limit or out of order. */
export class NotAsked extends ModelError {
  constructor(kind: 'unavailable' | 'rate_limited', retryAfterMs: number) {
    super(kind, retryAfterMs, 'not asked');
    this.name = 'NotAsked';
  }
}
