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

/** One day. A longer wait comes from a broken header; the cap also keeps every timer within 32 bits. */
const MAX_WAIT_MS = 24 * 60 * 60 * 1000;

/** 4xx that do not blame the request: 408, 425 (RFC 9110, RFC 8470), 498 (Groq: no capacity in the flex tier). */
const TRANSIENT_4XX: ReadonlySet<number> = new Set([408, 425, 498]);

/** 4xx that may blame the conversation; any other blames key, account, address or model. */
const ABOUT_REQUEST: ReadonlySet<number> = new Set([400, 413, 422]);

/** Statuses that a policy may answer with: OpenRouter and xAI use 403, Azure 400. */
const MAY_BE_POLICY: ReadonlySet<number> = new Set([400, 403, 422, 451]);

/**
 * Turns an HTTP error answer into a failure. The first matching rule decides:
 *
 * | answer | outcome |
 * | --- | --- |
 * | 400, 403, 422, 451 that name a policy | blocked: the prompt was refused |
 * | any status whose body says that the request is too long, and every 413 | rejected for the message |
 * | 429 | rate limited; a daily quota names its end, an empty account one day |
 * | 400, 422 naming a field that some servers do not know | rejected for that field |
 * | 400, 422 naming the conversation | rejected for the message |
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
  const field = ABOUT_REQUEST.has(status) ? error.firstMentioned(DISPUTED_FIELDS) : null;
  if (field === null && (error.isTooLong || status === 413)) return new Rejected('message', reason);
  if (status === 429) return rateLimited(error, retryAfterMs(retryAfter, Date.now()), reason);
  if (status < 400 || status >= 500 || TRANSIENT_4XX.has(status))
    return new ModelError('unavailable', waitOf(error) ?? retryAfterMs(retryAfter, Date.now()), reason);
  if (!ABOUT_REQUEST.has(status)) return new Rejected('setup', reason);
  if (field !== null) return new Rejected('field', reason, field);
  if (error.isAboutSetup) return new Rejected('setup', reason);
  return new Rejected(error.isAboutContent ? 'message' : 'unknown', reason);
}

/**
 * Turns an error inside an answer with status 200 into a failure. The server had accepted the request, so only a policy, a
 * length and a rate limit are distinguished; everything else is `unavailable`.
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

/** Turns any other error of a client library into a failure: of the network, or of an unreadable answer. */
export function failureOfTransport(error: unknown): ModelError {
  // A client library may have wrapped the ModelError that its fetch threw.
  const known = chainOf(error).find((one) => one instanceof ModelError);
  return known ?? new ConnectionBroken(systemCode(error) ?? 'the connection or the answer broke');
}

/** A daily quota of Google ends at midnight Pacific time (https://ai.google.dev/gemini-api/docs/rate-limits). */
function rateLimited(error: ErrorBody, headerMs: number | null, reason: string): ModelError {
  const ms = error.isExhausted
    ? MAX_WAIT_MS
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

/** Parses `Retry-After` as seconds or as a date (RFC 9110, 10.2.3), into milliseconds. */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  const value = header?.trim().slice(0, 100);
  if (!value) return null;
  if (/^\d+(\.\d+)?$/.test(value)) return bounded(Number(value) * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : bounded(date - nowMs);
}

function bounded(ms: number): number {
  return Math.min(MAX_WAIT_MS, Math.max(0, Math.ceil(ms)));
}

/** An error and its causes, at most five. */
function chainOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let current = error; current && chain.length < 5; current = (current as { cause?: unknown }).cause)
    chain.push(current);
  return chain;
}

/** A code of the operating system or of undici (`ECONNRESET`); never a message, which could quote the answer. */
function systemCode(error: unknown): string | null {
  for (const one of chainOf(error)) {
    const { code } = one as { code?: unknown };
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return code;
  }
  return null;
}
