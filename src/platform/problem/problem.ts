import type { Environment } from '../config/environment.js';
import { PROBLEMS, type FieldProblemCode, type ProblemCode } from './problem-table.js';

/** The error of one field, header or parameter. */
export interface FieldError {
  field: string;
  code: FieldProblemCode;
  message: string;
}

/** Most errors in one response: a form shows fewer, and a body of many wrong fields gets a short response. */
const MAX_ERRORS = 20;

interface ProblemOptions {
  errors?: FieldError[];
  /** Extra members of the body (RFC 9457 §3.2), in the wire's snake_case. */
  extra?: Record<string, unknown>;
  headers?: Record<string, string>;
  /** For a limit: the environment variable that sets it, shown in development only (limit-hint.ts). */
  liftedBy?: keyof Environment;
  cause?: unknown;
}

/** Codes of limits that end after a wait. */
export type LimitCode =
  'otp_send_limited' | 'otp_attempts_exceeded' | 'credentials_attempts_exceeded' | 'rate_limited';

/**
 * An error with a stable code, rendered as problem+json (RFC 9457) by the one filter.
 * `detail` is shown to clients: it never holds a secret, a token or message text.
 */
export class Problem extends Error {
  readonly errors?: FieldError[];
  readonly extra: Record<string, unknown>;
  readonly headers: Record<string, string>;
  readonly liftedBy: keyof Environment | null;

  constructor(
    readonly code: ProblemCode,
    detail?: string,
    options: ProblemOptions = {},
  ) {
    super(detail ?? PROBLEMS[code].doc, { cause: options.cause });
    this.name = 'Problem';
    this.errors = options.errors?.slice(0, MAX_ERRORS);
    this.extra = options.extra ?? {};
    this.headers = options.headers ?? {};
    this.liftedBy = options.liftedBy ?? null;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }

  /** A resource that does not exist or belongs to another account: one wording for both (promise 5). */
  static notFound(): Problem {
    return new Problem('not_found', 'No resource exists at this address.');
  }

  /** One field is wrong. */
  static field(field: string, code: FieldProblemCode, message: string): Problem {
    return new Problem('validation_failed', 'A field of the request is invalid.', {
      errors: [{ field, code, message }],
    });
  }

  /** A limit was reached. `retryAfterSeconds` becomes Retry-After (RFC 9110 §10.2.3), at least 1. */
  static limited(
    code: LimitCode,
    retryAfterSeconds: number,
    { headers, ...options }: Pick<ProblemOptions, 'headers' | 'liftedBy'> = {},
  ): Problem {
    return new Problem(code, undefined, {
      ...options,
      headers: { ...retryAfter(retryAfterSeconds), ...headers },
    });
  }

  /** A dependency is down and nothing was stored. */
  static unavailable(cause?: unknown, retryAfterSeconds = 2): Problem {
    return new Problem('unavailable', undefined, { headers: retryAfter(retryAfterSeconds), cause });
  }
}

/** The Retry-After header in whole seconds, never 0 (a client would spin). */
export function retryAfter(seconds: number): { 'Retry-After': string } {
  return { 'Retry-After': String(Math.max(1, Math.ceil(seconds))) };
}
