import { ENVIRONMENT, type Environment } from './environment.js';
import { isLoopback } from './loopback.js';
import { sandboxProviders } from './sandbox-providers.js';
import type { Tier } from './tier.js';

/** Limits on requests that the environment sets; null: no limit. */
export interface RequestLimits {
  /** Codes that may be sent. */
  sends: {
    perNumberPerHour: number | null;
    perNumberPerDay: number | null;
    perIpPerHour: number | null;
    perPrefixPerHour: number | null;
    perDay: number | null;
  };
  /** Requests a minute: of a user by tier, and of an address as for Basic. */
  perMinute: Record<Tier, number | null>;
}

/**
 * Variables of {@link RequestLimits}. They have no value when unset, so that an unset variable and its default value
 * differ.
 */
type LimitVariable = keyof {
  [
    K in keyof Environment as K extends `OTP_SENDS_${string}` | `${string}RATE_LIMIT_PER_MINUTE` ? K : never
  ]: number;
};

/**
 * Computes the limits. A limit that the environment sets always applies. The defaults do not apply where only this machine
 * can send requests and an SMS costs nothing: they would protect nothing, and a developer would reach them within minutes.
 */
export function requestLimits(env: Environment): RequestLimits {
  const hasDefaults = !servesOneDeveloper(env);
  const limit = (name: LimitVariable): number | null => env[name] ?? (hasDefaults ? defaultOf(name) : null);
  return {
    sends: {
      perNumberPerHour: limit('OTP_SENDS_PER_NUMBER_PER_HOUR'),
      perNumberPerDay: limit('OTP_SENDS_PER_NUMBER_PER_DAY'),
      perIpPerHour: limit('OTP_SENDS_PER_IP_PER_HOUR'),
      perPrefixPerHour: limit('OTP_SENDS_PER_PREFIX_PER_HOUR'),
      perDay: limit('OTP_SENDS_PER_DAY'),
    },
    perMinute: { basic: limit('RATE_LIMIT_PER_MINUTE'), pro: limit('PRO_RATE_LIMIT_PER_MINUTE') },
  };
}

/** SANDBOX_PUBLIC says that other machines reach the process, also through a proxy to loopback. */
const servesOneDeveloper = (env: Environment): boolean =>
  isLoopback(env.HOST) && env.SANDBOX_PUBLIC === undefined && sandboxProviders(env).includes('sms');

/** The default shown in the documents is the default that applies. */
function defaultOf(name: LimitVariable): number {
  const group = name.startsWith('OTP_') ? ENVIRONMENT['Signing in'] : ENVIRONMENT['Limits and cache'];
  return Number((group as Record<string, { shown: string }>)[name]!.shown);
}
