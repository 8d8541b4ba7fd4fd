import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsISO8601, ValidateIf } from 'class-validator';
import { rule } from '../platform/fields/fields.js';

/** With its time zone: a moment, not a day somewhere. The rest of its form is for IsISO8601 and Date.parse. */
const MOMENT = /^[\d+-]{1,20}T\d\d:\d\d[\d:.,]{0,30}(?:Z|[+-]\d\d:?\d\d)$/i;

/** A moment of ISO 8601 that must be named, or null. */
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
      (field) => `${field} must be a moment with its time zone, as 2026-12-31T00:00:00Z.`,
    ),
    IsISO8601(
      { strict: true },
      { message: '$property must be a moment with its time zone, as 2026-12-31T00:00:00Z.' },
    ),
  );
