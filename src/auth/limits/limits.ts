import type { Config } from '../../platform/config/config.js';
import type { Environment } from '../../platform/config/environment.js';
import type { Keys } from '../../platform/crypto/keys.js';
import type { ChallengePurpose } from '../codes/challenge.js';
import type { Limit } from './limits.repository.js';
import { networkOf } from './network.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Digits of a number that its prefix leaves off: a block of ten thousand is what SMS pumping rents. */
const PREFIX_LEAVES_OFF = 4;
/** One address may use eight tenths of a number's day, so that nobody keeps the owner from every code of his. */
const ADDRESS_SHARE = 0.8;
/** Wrong codes of one number and purpose that name no challenge (contract). */
const UNNAMED_GUESSES = { quarterHour: 5, day: 20 };
/** Wrong passwords: of one number from one address in a quarter of an hour, of one number in a day (contract). */
const WRONG_PASSWORDS = { numberAndAddress: 10, numberPerDay: 100 };
/** Wrong current passwords of one user in a quarter of an hour (contract). */
const WRONG_CURRENT_PASSWORDS = 5;

/** Makes a limit; what is counted is hashed under a key together with its scope. */
type Make = (scope: string, what: string, max: number, windowSeconds: number) => Limit;

const maker =
  (keys: Keys): Make =>
  (scope, what, max, windowSeconds) => ({
    scope,
    key: keys.hmac('number-hash', `${scope}\0${what}`),
    max,
    windowSeconds,
  });

/** A limit that the environment may set; there is none while it is null. */
const optional = (max: number | null, liftedBy: keyof Environment, make: (max: number) => Limit): Limit[] =>
  max === null ? [] : [{ ...make(max), liftedBy }];

/** What one more code to this number costs. `strange`: it has no account. The order is the order of locks: keep it. */
export function sendLimits(
  keys: Keys,
  { sends }: Config['otp'],
  number: string,
  address: string,
  strange: boolean,
): Limit[] {
  const limit = maker(keys);
  const network = networkOf(address);
  return [
    ...optional(sends.perNumberPerHour, 'OTP_SENDS_PER_NUMBER_PER_HOUR', (max) =>
      limit('send:number:hour', number, max, HOUR),
    ),
    ...optional(sends.perNumberPerDay, 'OTP_SENDS_PER_NUMBER_PER_DAY', (max) =>
      limit('send:number:day', number, max, DAY),
    ),
    ...optional(addressShare(sends), 'OTP_SENDS_PER_NUMBER_PER_DAY', (max) =>
      limit('send:number-address:day', `${number}\0${network}`, max, DAY),
    ),
    ...optional(sends.perIpPerHour, 'OTP_SENDS_PER_IP_PER_HOUR', (max) =>
      limit('send:address:hour', network, max, HOUR),
    ),
    ...optional(sends.perPrefixPerHour, 'OTP_SENDS_PER_PREFIX_PER_HOUR', (max) =>
      limit('send:prefix:hour', number.slice(0, -PREFIX_LEAVES_OFF), max, HOUR),
    ),
    // The one row that everybody shares stands last: it is locked for the shortest time.
    ...optional(strange ? sends.perDay : null, 'OTP_SENDS_PER_DAY', (max) =>
      limit('send:all:day', '', max, DAY),
    ),
  ];
}

/** An address's share of a number's day: an hour's codes at least. */
function addressShare({ perNumberPerHour, perNumberPerDay }: Config['otp']['sends']): number | null {
  if (perNumberPerDay === null) return null;
  return Math.max(perNumberPerHour ?? 1, Math.floor(perNumberPerDay * ADDRESS_SHARE));
}

/** Wrong codes that name no challenge: a bucket of its own, which never closes a named one. */
export function unnamedGuessLimits(keys: Keys, purpose: ChallengePurpose, number: string): Limit[] {
  const limit = maker(keys);
  return [
    limit(`guess:${purpose}:quarter`, number, UNNAMED_GUESSES.quarterHour, 15 * MINUTE),
    limit(`guess:${purpose}:day`, number, UNNAMED_GUESSES.day, DAY),
  ];
}

export function passwordLimits(keys: Keys, number: string, address: string): Limit[] {
  const limit = maker(keys);
  return [
    limit(
      'password:number-address:quarter',
      `${number}\0${networkOf(address)}`,
      WRONG_PASSWORDS.numberAndAddress,
      15 * MINUTE,
    ),
    limit('password:number:day', number, WRONG_PASSWORDS.numberPerDay, DAY),
  ];
}

export function currentPasswordLimits(keys: Keys, userId: string): Limit[] {
  return [maker(keys)('password:current:quarter', userId, WRONG_CURRENT_PASSWORDS, 15 * MINUTE)];
}
