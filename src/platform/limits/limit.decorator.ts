import type { FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import type { Environment } from '../config/environment.js';
import type { Tier } from '../config/tier.js';
import { documentLimits } from '../openapi/document-limits.js';
import type { LimitCode } from '../problem/problem.js';

/** Seconds of a window by its name. */
export const WINDOW_SECONDS = { minute: 60, hour: 3600, day: 86_400 } as const;

/** Hits that are allowed; null: no limit. One number for all, or one per tier. */
export type LimitMax = number | null | Readonly<Record<Tier, number | null>>;

/** What a limit counts by. */
export type LimitBy =
  /** The signed-in user. */
  | 'user'
  /** The caller's address: IPv4 itself, IPv6 by its /64. */
  | 'address'
  /** The caller's network: IPv4 by /24, IPv6 by /48. */
  | 'network'
  /**
   * A field of the body, also under its alias, in any case and without white space around it; `as: 'number'`: a mobile
   * number, in any spelling. A request without the field counts by its address.
   */
  | { field: string; as?: 'number' }
  | ((request: FastifyRequest) => string);

export interface LimitOptions {
  /** Name in the headers and in the table: lower case, and unique unless routes share the count. */
  name: string;
  max: LimitMax | ((config: Config) => LimitMax);
  per: keyof typeof WINDOW_SECONDS | { seconds: number };
  by: LimitBy;
  /** Code of the 429; `rate_limited` by default. */
  code?: LimitCode;
  /** The variable that sets `max`, named in the hint for developers. */
  liftedBy?: keyof Environment | Readonly<Record<Tier, keyof Environment>>;
}

/** Metadata: the limits of a handler, {@link LimitOptions} each, in the order in which they are written. */
export const LIMITS = 'platform:limits';

/**
 * Limits a route to `max` requests in a window that begins with the first one, exactly, across processes. The 429, the
 * `RateLimit` headers (never on open routes) and their OpenAPI description come with it, above or below `@Operation`.
 * Several limits on a route all count a request, or none does. A replay of an Idempotency-Key is not refused. It costs
 * one round trip to the database; requests a minute are counted on every route anyway.
 * @example @Limit({ name: 'export', max: 10, per: 'hour', by: 'user' })
 * @example @Limit({ name: 'export', max: ({ exports }) => exports.perHour, per: 'hour', by: 'user' })
 */
export function Limit(options: LimitOptions): MethodDecorator {
  return (_target, _name, descriptor) => {
    const handler = descriptor.value as object;
    const others = (Reflect.getMetadata(LIMITS, handler) ?? []) as LimitOptions[];
    Reflect.defineMetadata(LIMITS, [options, ...others], handler);
    documentLimits(handler, [options.code ?? 'rate_limited']);
  };
}
