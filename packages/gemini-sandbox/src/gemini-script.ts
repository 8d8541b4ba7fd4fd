import { z } from 'zod';

/**
 * What the sandbox does instead of, or within, its answer.
 * `answer`: the answer, whole · `http_error`: `status` (default 503), with RetryInfo when it is 429 ·
 * `cut`: the connection is destroyed after `afterChunks` (1) · `hang`: silence after `afterChunks` (0), until the
 * caller goes or `release()` continues it · `safety`, `recitation`: the candidate ends so, without parts, after
 * `afterChunks` (0) · `prompt_blocked`: promptFeedback, no candidate · `empty`: STOP without text ·
 * `max_tokens`: MAX_TOKENS after `afterChunks` (half of them; 0: the thoughts ate the budget) ·
 * `error_inside`: an error object (`status`, 503) inside the 200 after `afterChunks` (1) · `malformed`: broken
 * JSON after `afterChunks` (1) · `no_finish`: the stream ends properly but never says why · `flood`, `flood_line`,
 * `flood_silent`: text, one event, or thoughts without end, until the caller goes.
 */
export const OUTCOMES = [
  'answer',
  'http_error',
  'cut',
  'hang',
  'safety',
  'recitation',
  'prompt_blocked',
  'empty',
  'max_tokens',
  'error_inside',
  'malformed',
  'no_finish',
  'flood',
  'flood_line',
  'flood_silent',
] as const;

/** Reason of an `http_error`, in the real API's vocabulary; each has its own status. */
export const ERROR_REASONS = ['too_long', 'bad_key', 'daily_quota', 'prohibited'] as const;

/** See {@link ERROR_REASONS}. */
export type ErrorReason = (typeof ERROR_REASONS)[number];

/** See {@link OUTCOMES}. */
export type Outcome = (typeof OUTCOMES)[number];

/** One instruction to the sandbox; all fields are optional. */
export interface GeminiScript {
  /** Applies only to requests whose newest user text contains this; without it, to the next request of any caller. */
  match?: string;
  /** True: only for requests for a title, those whose system instruction begins with "Write a title". Others never get it. */
  title?: boolean;
  /** Number of requests that it serves; default 1. Scripts are used in order of arrival. */
  times?: number;
  /** Default `answer`. */
  outcome?: Outcome;
  /** The answer's pieces, sent exactly so (maxOutputTokens does not cut them); default: the sandbox's own answer. */
  chunks?: string[];
  /** A thought part that is sent before the text. */
  thought?: string;
  /** Wait before anything is answered, in milliseconds; default: the wait between chunks. */
  firstDelayMs?: number;
  /** Wait between chunks, in milliseconds; default: the sandbox's `chunkDelayMs`. */
  chunkDelayMs?: number;
  /** How many chunks go out before the outcome strikes. */
  afterChunks?: number;
  /** HTTP status of `http_error`, error code of `error_inside`. */
  status?: number;
  /** Message of an `http_error`, instead of the one for its `status`. */
  reason?: ErrorReason;
  /** Time during which only comments are sent before the answer, like a server that has queued the request. */
  queuedMs?: number;
  /** Every chunk carries the finish reason, instead of the last one. */
  finishEverywhere?: boolean;
  /** RetryInfo of a 429, in seconds; without it the 429 has none. */
  retryAfterSeconds?: number;
  /** Finish reason of `answer`, instead of STOP; may be an unknown one. */
  finishReason?: string;
  /** Reason of `prompt_blocked`; default SAFETY. */
  blockReason?: string;
  /**
   * Fields that replace those of the last usageMetadata, for example `{ cachedContentTokenCount: 40 }`; also invalid
   * counts.
   */
  usage?: Record<string, number>;
}

const ms = z.int().min(0).max(600_000);
const wireScript = z.strictObject({
  match: z.string().min(1).max(1000).optional(),
  title: z.boolean().optional(),
  times: z.int().min(1).max(10_000).optional(),
  outcome: z.enum(OUTCOMES).optional(),
  chunks: z.array(z.string().max(100_000)).max(10_000).optional(),
  thought: z.string().max(100_000).optional(),
  first_delay_ms: ms.optional(),
  chunk_delay_ms: ms.optional(),
  after_chunks: z.int().min(0).max(10_000).optional(),
  status: z.int().min(400).max(599).optional(),
  reason: z.enum(ERROR_REASONS).optional(),
  queued_ms: ms.optional(),
  finish_everywhere: z.boolean().optional(),
  retry_after_seconds: z.number().min(0).max(86_400).optional(),
  finish_reason: z.string().min(1).max(100).optional(),
  block_reason: z.string().min(1).max(100).optional(),
  usage: z.record(z.string().max(100), z.number()).optional(),
});
const wireScripts = z.union([wireScript, z.array(wireScript).min(1).max(100)]);

/** JSON Schema of the input of {@link parseGeminiScripts}: one script or a list, in snake_case. */
export const geminiScriptJsonSchema: object = z.toJSONSchema(wireScripts);

/** The errors of a script, by field (`0.times`). */
export class InvalidGeminiScriptError extends Error {
  constructor(readonly issues: readonly { field: string; message: string }[]) {
    super('the script cannot be read');
    this.name = 'InvalidGeminiScriptError';
  }
}

/**
 * Parses the body of `POST /sandbox/llm/script`: one script, or a list that is used in order.
 * @throws InvalidGeminiScriptError
 */
export function parseGeminiScripts(body: unknown): GeminiScript[] {
  const parsed = (Array.isArray(body) ? z.array(wireScript).min(1).max(100) : wireScript).safeParse(body);
  if (!parsed.success)
    throw new InvalidGeminiScriptError(
      parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), message })),
    );
  return (Array.isArray(parsed.data) ? parsed.data : [parsed.data]).map(toGeminiScript);
}

function toGeminiScript(wire: z.output<typeof wireScript>): GeminiScript {
  const { first_delay_ms, chunk_delay_ms, after_chunks, ...rest } = wire;
  const { retry_after_seconds, finish_reason, block_reason, queued_ms, finish_everywhere, ...same } = rest;
  return {
    ...same,
    firstDelayMs: first_delay_ms,
    chunkDelayMs: chunk_delay_ms,
    afterChunks: after_chunks,
    retryAfterSeconds: retry_after_seconds,
    finishReason: finish_reason,
    blockReason: block_reason,
    queuedMs: queued_ms,
    finishEverywhere: finish_everywhere,
  };
}
