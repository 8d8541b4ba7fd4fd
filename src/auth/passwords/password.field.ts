import { applyDecorators } from '@nestjs/common';
import { rule, TextField, type Presence } from '../../platform/fields/fields.js';
import { isCommonPassword } from './common-passwords.js';

/** Contract: 8–128 characters, no composition rules, nothing trimmed or cut off (NIST SP 800-63B §5.1.1.2). */
const MIN = 8;
const MAX = 128;

/** A new password. */
export const NewPasswordField = (presence: Presence = 'required'): PropertyDecorator =>
  applyDecorators(
    rule(
      'notCommon',
      'common_password',
      (password) => !isCommonPassword(password),
      () => 'This password is too common. Choose a less predictable one.',
    ),
    TextField({
      description: '8–128 characters of any kind, not trimmed; the most common passwords are refused.',
      example: 'four words no one guesses',
      min: MIN,
      max: MAX,
      trim: false,
      presence,
    }),
  );

/** A password to compare. Any form is accepted, so that the only error is "not correct". */
export const PasswordField = (presence: Presence = 'required'): PropertyDecorator =>
  TextField({
    description: 'The password, not trimmed.',
    example: 'four words no one guesses',
    min: 1,
    max: MAX,
    trim: false,
    presence,
  });
