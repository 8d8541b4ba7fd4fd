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

/** Digits of a number that its prefix leaves off: a block of ten thousand is what SMS pumping rents. */
const PREFIX_LEAVES_OFF = 4;
/** One address may use eight tenths of a number's day: its owner has the rest from anywhere else, also while they are new. */
const ADDRESS_SHARE = 0.8;
/** Wrong codes of one number and purpose that name no challenge (contract). */
const UNNAMED_GUESSES = { quarterHour: 5, day: 20 };
/** Wrong passwords: of one number from one address in a quarter of an hour, of one number in a day (contract). */
const WRONG_PASSWORDS = { numberAndAddress: 10, numberPerDay: 100 };
/** Wrong current passwords of one user in a quarter of an hour (contract). */
const WRONG_CURRENT_PASSWORDS = 5;

/** What is counted, and how long; its key is hashed together with the scope. */
type Make = (scope: string, what: string, windowSeconds: number) => WindowKey;

const counterOf =
  (keys: Keys): Make =>
  (scope, what, windowSeconds) => ({
    scope,
    key: keys.hmac('number-hash', `${scope}\0${what}`),
    windowSeconds,
  });

/** A limit that the environment may set; there is none while it is null. */
const optional = (counter: WindowKey, max: number | null, liftedBy: keyof Environment): WindowLimit[] =>
  max === null ? [] : [{ ...counter, max, liftedBy }];

/**
 * What one more code to this number costs its sender. Networks that the number has signed in from (`isHome`) count apart
 * from all others, so that strangers can use up nothing of theirs; to a stranger a number that is known and one that is
 * not are the same. The order is the order of locks: keep it.
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

/** A number's own hour and day, of its home networks or of all others. */
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

/** An address's share of a number's day: an hour's codes at least. */
function addressShare({ perNumberPerHour, perNumberPerDay }: Config['otp']['sends']): number | null {
  if (perNumberPerDay === null) return null;
  return Math.max(perNumberPerHour ?? 1, Math.floor(perNumberPerDay * ADDRESS_SHARE));
}

/** What the ceilings on sends to strange numbers look at. The rows that all senders share stand last: locked for the shortest time. */
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

/** Wrong codes that name no challenge: a bucket of its own, which never closes a named one. */
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
