import { Inject, Injectable, Logger } from '@nestjs/common';
import Stripe from 'stripe';
import { Problem } from '../../platform/problem/problem.js';
import type { CallBudget } from './call-budget.js';
import { loggable, toProblem } from './refusals.js';
import { STRIPE_ENDPOINT } from './stripe-endpoint.js';
import type { StripeSettings } from '../../platform/config/config.js';

/** The version whose shapes this code was written for (https://docs.stripe.com/api/versioning); pinned with the package. */
const API_VERSION = '2026-10-28.endive';

const { StripeAPIError, StripeConnectionError, StripeError, StripeIdempotencyError, StripeRateLimitError } =
  Stripe.errors;

/** Stripe cannot be asked right now: the same question may be asked again later. */
export class StripeUnavailable extends Error {
  constructor(cause: unknown) {
    super('Stripe cannot be asked right now', { cause });
    this.name = 'StripeUnavailable';
  }
}

/** Stripe refuses for good: a fault of ours or of the configuration, or something is gone. Not to be taken for ours to answer with. */
export class StripeRefusal extends Error {
  constructor(override readonly cause: InstanceType<typeof StripeError>) {
    super(`Stripe refuses: ${described(cause)}`, { cause });
    this.name = 'StripeRefusal';
  }
}

/** Stripe's API, with bounded patience. */
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
  }

  /**
   * Makes one call.
   * @throws StripeUnavailable when it was not answered in time, or not now; StripeRefusal
   */
  async ask<T>(
    budget: CallBudget,
    call: (stripe: Stripe, options: Stripe.RequestOptions) => Promise<T>,
  ): Promise<T> {
    const timeout = budget.leftMs;
    if (timeout === 0) throw new StripeUnavailable(null);
    let timer: NodeJS.Timeout | undefined;
    // The SDK's own limit is one of silence, and of each try: an answer that trickles would go on for ever.
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
   * The same for somebody who waits.
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

/** For the log: kind, code, status, parameter, Stripe's words without what was sent, and where Stripe finds the request. */
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

/** Does Stripe say "not now"? A key that is in use belongs to a twin of this very request. */
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

/** Is what was asked for not there (any more)? What it was is for whoever asked to know: anything that was named may be meant. */
export const isMissing = (error: unknown): boolean =>
  error instanceof StripeRefusal && error.cause.code === 'resource_missing';

/** For what was to be taken away, and is. */
export function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}

/** Has Stripe answered that something is broken there? It gives the same answer again to the same Idempotency-Key. */
export const isBroken = (error: unknown): boolean =>
  error instanceof StripeUnavailable &&
  error.cause instanceof StripeError &&
  (error.cause.statusCode ?? 0) >= 500;
