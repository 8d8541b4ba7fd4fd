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

/** Rules of the product that reading a user needs. */
export interface UserRules {
  numbers: Pick<MobileNumbersService, 'read'>;
  keys: Pick<Keys, 'hmac'>;
  withPasswords: boolean;
}

const MOST_NAME = 100;
const MOST_EMAIL = 254;
/** Values by which old backends mark a paying user. */
const PRO_VALUES = /^(pro|premium|paid|true|t|1|yes)$/i;

/**
 * Reads a row of the users file. The account counts as unproven until its first sign-in with a code, like every account.
 * `sandbox_proven` is ignored.
 * @throws BadRow
 */
export function readUser(
  row: Row<ColumnOf<'users'>>,
  { line, now, note }: Noted,
  { numbers, keys, withPasswords }: UserRules,
): StagedRow<'users'> {
  const oldId = row.id('id');
  const mobile = readNumber(row, numbers);
  if (PRO_VALUES.test(row.trimmed('tier') ?? ''))
    note('marked as Pro, which is not imported: Pro comes from Stripe or a grant');
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
        ? 'mobile_number belongs to a country that OTP_ALLOWED_COUNTRIES excludes'
        : 'mobile_number is not a valid mobile number (without its country code it needs DEFAULT_COUNTRY)',
    );
  }
}

function readEmail(email: string | null, note: Noted['note']): string | null {
  if (email === null || (email.length <= MOST_EMAIL && isEmail(email))) return email;
  note('email left out: invalid');
  return null;
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}$/;
/** The minimum is OWASP's, as for own hashes; above the maximum a sign-in would cost too much memory and time. */
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
  note('password left out: not an argon2id hash of accepted strength');
  return null;
}
