import { Inject, Injectable, Logger } from '@nestjs/common';
import Stripe from 'stripe';
import { Problem } from '../../platform/problem/problem.js';
import { isTracing, traced } from '../../platform/tracing/tracing.js';
import type { CallBudget } from './call-budget.js';
import { CALL_SPAN, traceRequests } from './call-span.js';
import { loggable, toProblem } from './refusals.js';
import { STRIPE_ENDPOINT } from './stripe-endpoint.js';
import type { StripeSettings } from '../../platform/config/config.js';

/** The API version that this code was written for (https://docs.stripe.com/api/versioning); pinned with the package. */
export const API_VERSION = '2026-10-28.endive';

const { StripeAPIError, StripeConnectionError, StripeError, StripeIdempotencyError, StripeRateLimitError } =
  Stripe.errors;

/** Stripe is unavailable for now: the same call may succeed later. */
export class StripeUnavailable extends Error {
  constructor(cause: unknown) {
    super('Stripe is unavailable', { cause });
    this.name = 'StripeUnavailable';
  }
}

/**
 * Stripe refuses the call for good: a fault of this server or of its settings, or an object that is gone. Never passed on as
 * an answer as it is: {@link StripeApi.forRequest} maps it.
 */
export class StripeRefusal extends Error {
  constructor(override readonly cause: InstanceType<typeof StripeError>) {
    super(`Stripe refused a call: ${described(cause)}`, { cause });
    this.name = 'StripeRefusal';
  }
}

/** Calls Stripe's API within a {@link CallBudget}. */
@Injectable()
export class StripeApi {
  private readonly logger = new Logger('Stripe');
  private readonly stripe: Stripe;

  constructor(@Inject(STRIPE_ENDPOINT) endpoint: StripeSettings) {
    const base = endpoint.apiBase === null ? null : new URL(endpoint.apiBase);
    this.stripe = new Stripe(endpoint.secretKey, {
      apiVersion: API_VERSION,
      telemetry: false,
      ...(base && {
        protocol: base.protocol === 'http:' ? 'http' : 'https',
        host: base.hostname,
        port: base.port || (base.protocol === 'http:' ? 80 : 443),
      }),
    });
    if (isTracing()) traceRequests(this.stripe);
  }

  /**
   * Makes one call.
   * @throws StripeUnavailable when Stripe did not answer in time or asks for a later retry; StripeRefusal
   */
  ask<T>(
    budget: CallBudget,
    call: (stripe: Stripe, options: Stripe.RequestOptions) => Promise<T>,
  ): Promise<T> {
    return traced('stripe', CALL_SPAN, () => this.askInTime(budget, call));
  }

  private async askInTime<T>(
    budget: CallBudget,
    call: (stripe: Stripe, options: Stripe.RequestOptions) => Promise<T>,
  ): Promise<T> {
    const timeout = budget.leftMs;
    if (timeout === 0) throw new StripeUnavailable(null);
    let timer: NodeJS.Timeout | undefined;
    // The SDK's timeout covers the silence within one try. This one covers the whole call: a trickling answer ends, too.
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new StripeUnavailable(null)), timeout * (budget.retries + 1));
    });
    try {
      return await Promise.race([call(this.stripe, { timeout, maxNetworkRetries: budget.retries }), limit]);
    } catch (error) {
      throw this.mapError(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Maps Stripe's errors for an HTTP request.
   * @throws Problem `unavailable` instead of StripeUnavailable; `billing_refused` or `billing_misconfigured` instead of
   * StripeRefusal
   */
  static forRequest<T>(work: Promise<T>): Promise<T> {
    return work.catch((error: unknown) => {
      if (error instanceof StripeUnavailable) throw Problem.unavailable(error);
      throw error instanceof StripeRefusal ? toProblem(error.cause) : error;
    });
  }

  private mapError(error: unknown): unknown {
    if (!(error instanceof StripeError)) return error;
    this.logger.warn(described(error));
    return isTransient(error) ? new StripeUnavailable(error) : new StripeRefusal(error);
  }
}

/** For the log: type, code, status, parameter, the message without personal data, and Stripe's id of the request. */
function described({
  type,
  code,
  statusCode,
  param,
  message,
  requestId,
}: InstanceType<typeof StripeError>): string {
  const facts = [type, code, statusCode, param].filter((fact) => fact !== undefined && fact !== null);
  return `${facts.join(' ')}: ${loggable(message)} (request ${requestId ?? 'none'})`;
}

/** Tells whether a retry may succeed. A key in use (409) belongs to a concurrent try of the same request. */
function isTransient(error: InstanceType<typeof StripeError>): boolean {
  return (
    error instanceof StripeConnectionError ||
    error instanceof StripeRateLimitError ||
    (error instanceof StripeIdempotencyError && error.statusCode === 409) ||
    error instanceof StripeAPIError ||
    (error.statusCode ?? 0) >= 500 ||
    error.statusCode === 429 ||
    error.statusCode === 409
  );
}

/** Tells whether an object that the call named does not exist. Any named object may be the missing one: callers decide which. */
export const isMissing = (error: unknown): boolean =>
  error instanceof StripeRefusal && error.cause.code === 'resource_missing';

/** For calls that remove an object: an object that is gone already is a success. */
export function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}

/** Tells whether Stripe answered with a 5xx. Stripe repeats that answer for the same Idempotency-Key, so a retry needs another key. */
export const isBroken = (error: unknown): boolean =>
  error instanceof StripeUnavailable &&
  error.cause instanceof StripeError &&
  (error.cause.statusCode ?? 0) >= 500;
