import { at } from './chunk-facts.js';
import { ErrorBody } from './error-body.js';
import {
  BlockedByPolicy,
  ConnectionBroken,
  DISPUTED_FIELDS,
  ModelError,
  Rejected,
} from '../language-model.js';
import { msUntilMidnight } from './midnight.js';

/** A wait longer than this is no wait but a broken header; it also keeps every timer within 32 bits. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

/** 4xx that say nothing about the request: 408, 425 (RFC 9110, RFC 8470), 498 (Groq: no capacity in the flex tier). */
const PASSING_4XX: ReadonlySet<number> = new Set([408, 425, 498]);

/** 4xx that may be about what was said; any other is about key, account, address or model. */
const ABOUT_REQUEST: ReadonlySet<number> = new Set([400, 413, 422]);

/** Policies answer with these, too: OpenRouter and xAI with 403, Azure with 400. */
const MAY_BE_POLICY: ReadonlySet<number> = new Set([400, 403, 422, 451]);

/**
 * What an HTTP error answer means. The first rule that fits decides:
 *
 * | answer | outcome |
 * | --- | --- |
 * | 400, 403, 422, 451 that name a policy | blocked: the prompt was refused |
 * | any that says the request is too long, also 413 and 429 | rejected for what was said |
 * | 429 | rate limited; a day's quota or an empty account waits until that is over |
 * | 400, 422 naming a field that servers dispute | rejected for that field |
 * | 400, 422 naming the conversation | rejected for what was said |
 * | 400, 422 that name no cause | rejected, cause unknown |
 * | any other 4xx but 408, 425, 498 | rejected for key, account, region or model |
 * | everything else | unavailable |
 *
 * @param body the parsed JSON body, or anything else
 */
export function failureOfStatus(status: number, retryAfter: string | null, body: unknown): ModelError {
  const reason = `http ${status}`;
  const error = new ErrorBody(body);
  if (MAY_BE_POLICY.has(status) && error.isPolicy) return new BlockedByPolicy(reason);
  const field = ABOUT_REQUEST.has(status) ? error.named(DISPUTED_FIELDS) : null;
  if (field === null && (error.isTooLong || status === 413)) return new Rejected('message', reason);
  if (status === 429) return rateLimited(error, retryAfterMs(retryAfter, Date.now()), reason);
  if (status < 400 || status >= 500 || PASSING_4XX.has(status))
    return new ModelError('unavailable', waitOf(error) ?? retryAfterMs(retryAfter, Date.now()), reason);
  if (!ABOUT_REQUEST.has(status)) return new Rejected('setup', reason);
  if (field !== null) return new Rejected('field', reason, field);
  if (error.isAboutSetup) return new Rejected('setup', reason);
  return new Rejected(error.isAboutContent ? 'message' : 'unknown', reason);
}

/**
 * What an error inside an answer that began with 200 means. The request had been accepted, so only a policy, a length and
 * a 429 are told apart; everything else may pass.
 */
export function failureInsideAnswer(body: unknown): ModelError {
  const error = new ErrorBody(body);
  const code = Number(at(body, 'error', 'code'));
  const reason = `error inside the answer${Number.isInteger(code) ? `, code ${code}` : ''}`;
  if (error.isPolicy) return new BlockedByPolicy(reason);
  if (error.isTooLong) return new Rejected('message', reason);
  if (error.isRateLimit) return rateLimited(error, null, reason);
  return new ModelError('unavailable', waitOf(error), reason);
}

/** What anything else thrown by a client means: the network, or an answer that could not be read. */
export function failureOfTransport(error: unknown): ModelError {
  // A client library may have wrapped what its fetch threw.
  const judged = chainOf(error).find((one) => one instanceof ModelError);
  return judged ?? new ConnectionBroken(systemCode(error) ?? 'the connection or the answer broke');
}

/** Google's day ends at midnight Pacific time (https://ai.google.dev/gemini-api/docs/rate-limits). */
function rateLimited(error: ErrorBody, headerMs: number | null, reason: string): ModelError {
  const ms = error.isUsedUp
    ? LONGEST_WAIT_MS
    : error.isDailyQuota
      ? msUntilMidnight('America/Los_Angeles', new Date())
      : (waitOf(error) ?? headerMs);
  return new ModelError('rate_limited', ms, reason);
}

/** `google.rpc.RetryInfo`, in milliseconds. */
function waitOf(error: ErrorBody): number | null {
  const seconds = error.retryInfoSeconds;
  return seconds === null ? null : bounded(seconds * 1000);
}

/** `Retry-After` in both of its forms, seconds and a date (RFC 9110, 10.2.3), in milliseconds. */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  const value = header?.trim().slice(0, 100);
  if (!value) return null;
  if (/^\d+(\.\d+)?$/.test(value)) return bounded(Number(value) * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : bounded(date - nowMs);
}

function bounded(ms: number): number {
  return Math.min(LONGEST_WAIT_MS, Math.max(0, Math.ceil(ms)));
}

/** An error and what caused it, with a bound. */
function chainOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let current = error; current && chain.length < 5; current = (current as { cause?: unknown }).cause)
    chain.push(current);
  return chain;
}

/** The code of the operating system or of undici (`ECONNRESET`), never a message: that could quote the answer. */
function systemCode(error: unknown): string | null {
  for (const one of chainOf(error)) {
    const { code } = one as { code?: unknown };
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return code;
  }
  return null;
}
