import { applyDecorators } from '@nestjs/common';
import { Alias } from '../platform/fields/alias.decorator.js';
import { TextField, type Presence } from '../platform/fields/fields.js';

/** What a person wants to be called. */
export const PersonNameField = (presence: Presence): PropertyDecorator =>
  applyDecorators(
    TextField({ description: 'What to call you.', example: 'Asha', min: 1, max: 100, presence }),
    Alias('full_name'),
  );
