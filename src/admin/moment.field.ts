import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsISO8601, ValidateIf } from 'class-validator';
import { rule } from '../platform/fields/fields.js';

/** Requires a time with a time zone. IsISO8601 and Date.parse check the rest of the form. */
const MOMENT = /^[\d+-]{1,20}T\d\d:\d\d[\d:.,]{0,30}(?:Z|[+-]\d\d:?\d\d)$/i;

/** A required ISO 8601 time, or null. */
export const MomentField = (description: string): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      type: String,
      format: 'date-time',
      nullable: true,
      description,
      example: '2026-12-31T00:00:00.000Z',
    }),
    ValidateIf((_, value) => value !== null),
    rule(
      'moment',
      'invalid',
      (text) => MOMENT.test(text) && !Number.isNaN(Date.parse(text)),
      (field) => `${field} must be a time with its time zone, as 2026-12-31T00:00:00Z.`,
    ),
    IsISO8601(
      { strict: true },
      { message: '$property must be a time with its time zone, as 2026-12-31T00:00:00Z.' },
    ),
  );
