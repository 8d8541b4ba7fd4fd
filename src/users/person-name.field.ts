import { applyDecorators } from '@nestjs/common';
import { Alias } from '../platform/fields/alias.decorator.js';
import { TextField, type Presence } from '../platform/fields/fields.js';

/** A user's name. */
export const PersonNameField = (presence: Presence): PropertyDecorator =>
  applyDecorators(
    TextField({ description: 'Your name.', example: 'Asha', min: 1, max: 100, presence }),
    Alias('full_name'),
  );
