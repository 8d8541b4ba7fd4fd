import { isEmail } from 'class-validator';
import { newId } from '../../src/platform/crypto/id.js';
import type { Keys } from '../../src/platform/crypto/keys.js';
import { Problem } from '../../src/platform/problem/problem.js';
import type { MobileNumbersService } from '../../src/platform/sms/mobile-numbers.service.js';
import type { ColumnOf } from './columns.js';
import { cut } from './cut.js';
import { BadRow } from './faults.js';
import type { Noted } from './notes.js';
import type { Row } from './row.js';
import type { StagedRow } from './staging.statements.js';

/** What reading a user needs of the product: its own rules. */
export interface UserRules {
  numbers: Pick<MobileNumbersService, 'read'>;
  keys: Pick<Keys, 'hmac'>;
  withPasswords: boolean;
}

const MOST_NAME = 100;
const MOST_EMAIL = 254;
/** Values by which old backends mark a paying user. */
const SAYS_PRO = /^(pro|premium|paid|true|t|1|yes)$/i;

/**
 * A row of the users' file. The account is not proven: the first code does that, as for everybody. `sandbox_proven` says
 * what the SMS sandbox has proven, which is nothing here.
 * @throws BadRow
 */
export function readUser(
  row: Row<ColumnOf<'users'>>,
  { line, now, note }: Noted,
  { numbers, keys, withPasswords }: UserRules,
): StagedRow<'users'> {
  const oldId = row.id('id');
  const mobile = readNumber(row, numbers);
  if (SAYS_PRO.test(row.trimmed('tier') ?? '')) note('said to be Pro: Stripe says who is, or a grant');
  return {
    line,
    old_id: oldId,
    id: newId(),
    mobile_number: mobile,
    quota_key: `\\x${keys.hmac('number-hash', mobile).toString('hex')}`,
    name: cut(row.trimmed('name'), MOST_NAME, () => note(`name cut to ${MOST_NAME} characters`)),
    email: readEmail(row.trimmed('email'), note),
    password_hash: readHash(row.trimmed('password_hash'), withPasswords, note),
    created_at: row.time('created_at') ?? now.toISOString(),
  };
}

function readNumber(row: Row<ColumnOf<'users'>>, numbers: UserRules['numbers']): string {
  const written = row.trimmed('mobile_number');
  if (written === null) throw new BadRow('mobile_number is empty');
  try {
    return numbers.read(written);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new BadRow(
      error.errors?.[0]?.code === 'country_not_allowed'
        ? 'mobile_number is of a country that OTP_ALLOWED_COUNTRIES leaves out'
        : 'mobile_number is not a valid mobile number (without its country code it needs DEFAULT_COUNTRY)',
    );
  }
}

function readEmail(email: string | null, note: Noted['note']): string | null {
  if (email === null || (email.length <= MOST_EMAIL && isEmail(email))) return email;
  note('email left out: it is none');
  return null;
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}$/;
/** OWASP's minimum, as for our own; above the maximum each sign-in would cost too much of the machine. */
const MEMORY = { least: 19_456, most: 131_072 };
const PASSES = { least: 2, most: 8 };
const MOST_LANES = 8;

function readHash(hash: string | null, withPasswords: boolean, note: Noted['note']): string | null {
  if (hash === null) return null;
  if (!withPasswords) {
    note('password left out: see --with-passwords');
    return null;
  }
  const [, memory, passes, lanes] = (PHC.exec(hash) ?? []).map(Number);
  const fits = (value: number | undefined, { least, most }: typeof MEMORY) =>
    value !== undefined && value >= least && value <= most;
  if (fits(memory, MEMORY) && fits(passes, PASSES) && fits(lanes, { least: 1, most: MOST_LANES }))
    return hash;
  note('password left out: not argon2id of the strength that is taken');
  return null;
}
