import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { FIELD_PROBLEMS } from '../../platform/problem/problem-table.js';
import { Problem } from '../../platform/problem/problem.js';

/** The least digits that make a part of the own number worth refusing: the national number without its first digits. */
const NUMBER_PART = 8;

/** What a field's form cannot say of a password: whether there are passwords here, and whose it would be. */
@Injectable()
export class PasswordRules {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** @throws Problem `validation_failed` with `not_allowed` or `common_password` */
  assertUsable(field: string, password: string, mobileNumber: string | null): void {
    if (!this.config.auth.passwordLogin)
      throw Problem.field(field, 'not_allowed', 'Passwords are not used here: sign in with a code.');
    const digits = password.replace(/[\s+-]/g, '');
    const isOwnNumber = digits.length >= NUMBER_PART && (mobileNumber?.endsWith(digits) ?? false);
    if (isOwnNumber) throw Problem.field(field, 'common_password', FIELD_PROBLEMS.common_password);
  }
}
