import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { FIELD_PROBLEMS } from '../../platform/problem/problem-table.js';
import { Problem } from '../../platform/problem/problem.js';

/** Shortest part of the user's own number that is refused: the national number without its first digits. */
const NUMBER_PART = 8;

/** Password rules that depend on more than the field: whether passwords are enabled, and the user's own number. */
@Injectable()
export class PasswordRules {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** @throws Problem `validation_failed` with `not_allowed` or `common_password` */
  assertUsable(field: string, password: string, mobileNumber: string | null): void {
    if (!this.config.auth.passwordLogin)
      throw Problem.field(
        field,
        'not_allowed',
        'Passwords are disabled on this server. Sign in with a code.',
      );
    const digits = password.replace(/[\s+-]/g, '');
    const isOwnNumber = digits.length >= NUMBER_PART && (mobileNumber?.endsWith(digits) ?? false);
    if (isOwnNumber) throw Problem.field(field, 'common_password', FIELD_PROBLEMS.common_password);
  }
}
