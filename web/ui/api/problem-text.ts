import { ChatError, ExpiredDraftError, NetworkError } from '@chat-backend/client';
import { texts } from '../texts.js';

/** The words for an error: those of texts.ts for its code or the API's detail, and advice for the person. */
export interface ProblemText {
  title: string;
  advice: string | null;
  /** Request id for a report; only for errors of the server. */
  requestId: string | null;
}

export function problemText(error: unknown): ProblemText {
  if (error instanceof NetworkError)
    return { title: texts.problems.network, advice: texts.problems.networkAdvice, requestId: null };
  if (error instanceof ExpiredDraftError)
    return { title: texts.problems.expired, advice: texts.problems.expiredAdvice, requestId: null };
  if (!(error instanceof ChatError))
    return { title: texts.problems.unexpected, advice: texts.problems.unexpectedAdvice, requestId: null };
  const requestId = error.status >= 500 ? (error.problem.request_id ?? null) : null;
  const wait = error.retryAfterSeconds;
  const advice = texts.problems.advice[error.code] ?? (wait === null ? null : texts.problems.wait(wait));
  return { title: texts.problems.titles[error.code] ?? error.message, advice, requestId };
}

/** The messages of a validation error, by field. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ChatError)) return {};
  return Object.fromEntries((error.problem.errors ?? []).map(({ field, message }) => [field, message]));
}

export const isProblem = (error: unknown, code: string): error is ChatError =>
  error instanceof ChatError && error.code === code;
