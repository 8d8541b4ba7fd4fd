import { applyDecorators } from '@nestjs/common';
import { isEmail } from 'class-validator';
import { rule, TextField, type Presence } from '../platform/fields/fields.js';

/** RFC 5321 §4.5.3.1.3, less the angle brackets. */
const MAX = 254;

/** An e-mail address. Unverified: a prefill only. */
export const EmailField = (presence: Presence): PropertyDecorator =>
  applyDecorators(
    rule('email', 'invalid', isEmail, (field) => `${field} must be an e-mail address.`),
    TextField({
      description: 'Not verified; used only to prefill Stripe’s checkout.',
      example: 'asha@example.com',
      min: 3,
      max: MAX,
      presence,
    }),
  );
