import { applyDecorators } from '@nestjs/common';
import { rule, TextField, type Presence } from '../../platform/fields/fields.js';
import { isCommonPassword } from './common-passwords.js';

/** Contract: 8–128 characters, no composition rules, nothing trimmed or cut off (NIST SP 800-63B §5.1.1.2). */
const MIN = 8;
const MAX = 128;

/** A password to be set. */
export const NewPasswordField = (presence: Presence = 'required'): PropertyDecorator =>
  applyDecorators(
    rule(
      'notCommon',
      'common_password',
      (password) => !isCommonPassword(password),
      () => 'Too common: it is among the first that anybody tries.',
    ),
    TextField({
      description: '8–128 characters, taken as they are; the most common passwords are refused.',
      example: 'four words no one guesses',
      min: MIN,
      max: MAX,
      trim: false,
      presence,
    }),
  );

/** A password to be compared: of any form, so that nothing but "not right" can be said of it. */
export const PasswordField = (presence: Presence = 'required'): PropertyDecorator =>
  TextField({
    description: 'The password, taken as it is.',
    example: 'four words no one guesses',
    min: 1,
    max: MAX,
    trim: false,
    presence,
  });
