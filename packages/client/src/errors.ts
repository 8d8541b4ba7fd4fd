import type { ProblemDto } from './api.types.js';

/** An answer of the API that is an error: `code` is stable, `message` is for people. */
export class ChatError extends Error {
  override readonly name: string = 'ChatError';

  constructor(
    readonly status: number,
    readonly problem: Partial<ProblemDto> & Record<string, unknown>,
    /** Seconds after which the request may be sent again, where the API names them. */
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`);
  }

  get code(): string {
    return this.problem.code ?? 'unknown';
  }
}

/** The messages of the day are used. `upgrade` is the route that lifts the limit; null: none does. */
export class DailyLimitError extends ChatError {
  override readonly name = 'DailyLimitError';
  readonly limit = this.problem['limit'] as number;
  readonly used = this.problem['used'] as number;
  readonly resetsAt = new Date(this.problem['resets_at'] as string);
  readonly upgrade = this.problem['upgrade'] as string | null;
}

/** Too many requests, codes, guesses or streams; `retryAfterSeconds` is the time to wait. */
export class RateLimitError extends ChatError {
  override readonly name = 'RateLimitError';
}

/** The session is over: show the sign-in. The tokens are discarded already. */
export class SignedOutError extends ChatError {
  override readonly name = 'SignedOutError';
}

/**
 * A message is older than its Idempotency-Key: if it arrived, sending it would store it a second time. Discard it, or send its
 * text as a new message, when the user says so.
 */
export class ExpiredDraftError extends Error {
  override readonly name = 'ExpiredDraftError';
}

/** No response arrived, although the request was repeated. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
}

/** The error of a response that is not ok. */
export function errorOf(
  response: Response,
  problem: Partial<ProblemDto> & Record<string, unknown>,
): ChatError {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : null;
  const { code } = problem;
  if (code === 'daily_limit_reached') return new DailyLimitError(response.status, problem, retryAfter);
  if (code === 'unauthenticated' || code === 'session_ended')
    return new SignedOutError(response.status, problem, retryAfter);
  if (response.status === 429) return new RateLimitError(response.status, problem, retryAfter);
  return new ChatError(response.status, problem, retryAfter);
}
