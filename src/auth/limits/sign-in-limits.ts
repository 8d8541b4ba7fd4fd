import type { Config } from '../../platform/config/config.js';
import type { Environment } from '../../platform/config/environment.js';
import type { Keys } from '../../platform/crypto/keys.js';
import type { ChallengePurpose } from '../codes/challenge.js';
import type { WindowKey, WindowLimit } from '../../platform/limits/windows.repository.js';
import { blockOf, networkOf } from '../../platform/limits/network.js';
import type { CountName } from './send-ceilings.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Digits cut off to get a number's prefix: SMS pumping rents blocks of ten thousand numbers. */
const PREFIX_LEAVES_OFF = 4;
/** The share of a number's day that one address may use: the rest is left for the owner at any other address, even a new one. */
const ADDRESS_SHARE = 0.8;
/** Wrong codes without a challenge's id, by number and purpose. */
const UNNAMED_GUESSES = { quarterHour: 5, day: 20 };
/** Wrong passwords: of one number from one address in a quarter of an hour, of one number in a day. */
const WRONG_PASSWORDS = { numberAndAddress: 10, numberPerDay: 100 };
/** Wrong current passwords of one user in a quarter of an hour. */
const WRONG_CURRENT_PASSWORDS = 5;

/** Makes a counter; its key is hashed together with the scope. */
type Make = (scope: string, what: string, windowSeconds: number) => WindowKey;

const counterOf =
  (keys: Keys): Make =>
  (scope, what, windowSeconds) => ({
    scope,
    key: keys.hmac('number-hash', `${scope}\0${what}`),
    windowSeconds,
  });

/** A limit set by the environment; none if it is null. */
const optional = (counter: WindowKey, max: number | null, liftedBy: keyof Environment): WindowLimit[] =>
  max === null ? [] : [{ ...counter, max, liftedBy }];

/**
 * The limits that one send to this number counts in. Home networks of the number (`isHome`) count apart from all others, so
 * that strangers cannot use up the owner's sends. Sends from other networks count alike for known and unknown numbers. The order is the
 * order of row locks: keep it.
 */
export function sendLimits(
  keys: Keys,
  { sends }: Config['otp'],
  number: string,
  address: string,
  isHome: boolean,
): WindowLimit[] {
  const counter = counterOf(keys);
  const network = networkOf(address);
  return [
    ...numberLimits(keys, sends, number, isHome),
    ...optional(
      counter('send:number-address:day', `${number}\0${network}`, DAY),
      addressShare(sends),
      'OTP_SENDS_PER_NUMBER_PER_DAY',
    ),
    ...optional(counter('send:address:hour', network, HOUR), sends.perIpPerHour, 'OTP_SENDS_PER_IP_PER_HOUR'),
  ];
}

/** A number's limits by hour and day, for its home networks or for all others. */
export function numberLimits(
  keys: Keys,
  sends: Config['otp']['sends'],
  number: string,
  isHome: boolean,
): WindowLimit[] {
  const counter = counterOf(keys);
  const scope = isHome ? 'send:number-home' : 'send:number';
  return [
    ...optional(
      counter(`${scope}:hour`, number, HOUR),
      sends.perNumberPerHour,
      'OTP_SENDS_PER_NUMBER_PER_HOUR',
    ),
    ...optional(counter(`${scope}:day`, number, DAY), sends.perNumberPerDay, 'OTP_SENDS_PER_NUMBER_PER_DAY'),
  ];
}

/** An address's share of a number's day; at least one hour's codes. */
function addressShare({ perNumberPerHour, perNumberPerDay }: Config['otp']['sends']): number | null {
  if (perNumberPerDay === null) return null;
  return Math.max(perNumberPerHour ?? 1, Math.floor(perNumberPerDay * ADDRESS_SHARE));
}

/** The counters of the send ceilings. Rows shared by all senders come last, so that they are locked for the shortest time. */
export function ceilingCounters(keys: Keys, number: string, address: string): Record<CountName, WindowKey> {
  const counter = counterOf(keys);
  return {
    prefix: counter('send:prefix:hour', number.slice(0, -PREFIX_LEAVES_OFF), HOUR),
    network: counter('send:network:day', networkOf(address), DAY),
    block: counter('send:block:day', blockOf(address), DAY),
    repeats: counter('send:repeats:day', '', DAY),
    all: counter('send:all:day', '', DAY),
  };
}

/** Limits of wrong codes without a challenge's id, in counters of their own: they never end a named challenge. */
export function unnamedGuessLimits(keys: Keys, purpose: ChallengePurpose, number: string): WindowLimit[] {
  const counter = counterOf(keys);
  return [
    { ...counter(`guess:${purpose}:quarter`, number, 15 * MINUTE), max: UNNAMED_GUESSES.quarterHour },
    { ...counter(`guess:${purpose}:day`, number, DAY), max: UNNAMED_GUESSES.day },
  ];
}

export function passwordLimits(keys: Keys, number: string, address: string): WindowLimit[] {
  const counter = counterOf(keys);
  const pair = `${number}\0${networkOf(address)}`;
  return [
    {
      ...counter('password:number-address:quarter', pair, 15 * MINUTE),
      max: WRONG_PASSWORDS.numberAndAddress,
    },
    { ...counter('password:number:day', number, DAY), max: WRONG_PASSWORDS.numberPerDay },
  ];
}

export function currentPasswordLimits(keys: Keys, userId: string): WindowLimit[] {
  const counter = counterOf(keys)('password:current:quarter', userId, 15 * MINUTE);
  return [{ ...counter, max: WRONG_CURRENT_PASSWORDS }];
}
