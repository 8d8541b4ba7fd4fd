import { ModelError } from './language-model.js';

/** A wait longer than this is no wait but a broken header; it also keeps every timer within 32 bits. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

/** 4xx that say nothing about the request: 408 (RFC 9110), 498 (Groq: no capacity in the flex tier). */
const PASSING_4XX: ReadonlySet<number> = new Set([408, 498]);

/**
 * What an HTTP error answer means.
 * @param body the parsed JSON body, or anything else; only RetryInfo is read from it
 */
export function failureOfStatus(status: number, retryAfter: string | null, body: unknown): ModelError {
  const reason = `http ${status}`;
  const waitMs = retryInfoMs(body) ?? retryAfterMs(retryAfter, Date.now());
  if (status === 429) return new ModelError('rate_limited', waitMs, reason);
  if (status >= 400 && status < 500 && !PASSING_4XX.has(status))
    return new ModelError('rejected', null, reason);
  return new ModelError('unavailable', waitMs, reason);
}

/**
 * What an error inside an answer that began with 200 means. The request had been accepted, so only a 429 is told
 * apart; everything else may pass.
 */
export function failureInsideAnswer(status: number | null, body: unknown): ModelError {
  const reason = `error inside the answer${status === null ? '' : `, code ${status}`}`;
  return new ModelError(status === 429 ? 'rate_limited' : 'unavailable', retryInfoMs(body), reason);
}

/** What anything else thrown by a client means: the network, or an answer that could not be read. */
export function failureOfTransport(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  return new ModelError('unavailable', null, systemCode(error) ?? 'the connection or the answer broke');
}

/** `google.rpc.RetryInfo` of a Google error body (https://cloud.google.com/apis/design/errors), in milliseconds. */
export function retryInfoMs(body: unknown): number | null {
  const error = at(Array.isArray(body) ? body[0] : body, 'error');
  const details = at(error, 'details');
  if (!Array.isArray(details)) return null;
  for (const detail of details) {
    const type = at(detail, '@type');
    const delay = at(detail, 'retryDelay');
    if (typeof type !== 'string' || !type.endsWith('google.rpc.RetryInfo') || typeof delay !== 'string')
      continue;
    const seconds = /^(\d+(?:\.\d+)?)s$/.exec(delay)?.[1];
    if (seconds !== undefined) return bounded(Number(seconds) * 1000);
  }
  return null;
}

/** `Retry-After` in both of its forms, seconds and a date (RFC 9110, 10.2.3), in milliseconds. */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  const value = header?.trim();
  if (!value) return null;
  if (/^\d+(\.\d+)?$/.test(value)) return bounded(Number(value) * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : bounded(date - nowMs);
}

function bounded(ms: number): number {
  return Math.min(LONGEST_WAIT_MS, Math.max(0, Math.ceil(ms)));
}

/** The code of the operating system or of undici (`ECONNRESET`), never a message: that could quote the answer. */
function systemCode(error: unknown): string | null {
  for (let current = error, depth = 0; current && depth < 5; current = at(current, 'cause'), depth += 1) {
    const code = at(current, 'code');
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return code;
  }
  return null;
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
