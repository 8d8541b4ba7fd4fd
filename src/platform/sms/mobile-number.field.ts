import { applyDecorators } from '@nestjs/common';
import { Alias } from '../fields/alias.decorator.js';
import { TextField } from '../fields/fields.js';

/** Longer than any way to write fifteen digits. */
const MAX_WRITTEN = 40;

/** A mobile number as people write it; {@link MobileNumbersService.read} makes it E.164 or refuses it. */
export const MobileNumberField = (): PropertyDecorator =>
  applyDecorators(
    TextField({
      description:
        'E.164, or a national number of DEFAULT_COUNTRY. Every spelling of one number is one account. The SMS sandbox also accepts any 8–15 digits.',
      example: '+919876543210',
      min: 1,
      max: MAX_WRITTEN,
    }),
    Alias('mobile'),
  );
