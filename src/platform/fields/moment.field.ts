import { applyDecorators } from '@nestjs/common';
import { IsISO8601, ValidateIf } from 'class-validator';
import { presenceRule, property, rule, type Presence } from './fields.js';

/** Requires a time with a time zone. IsISO8601 and Date.parse check the rest of the form. */
const MOMENT = /^[\d+-]{1,20}T\d\d:\d\d[\d:.,]{0,30}(?:Z|[+-]\d\d:?\d\d)$/i;

interface MomentOptions {
  description: string;
  /** `required`: null is taken, too. */
  presence?: Exclude<Presence, 'nullable'>;
}

/** An ISO 8601 time with its time zone. */
export const MomentField = ({ description, presence = 'required' }: MomentOptions): PropertyDecorator =>
  applyDecorators(
    property(presence, {
      type: String,
      format: 'date-time',
      description,
      example: '2026-12-31T00:00:00.000Z',
      ...(presence === 'required' && { nullable: true }),
    }),
    presence === 'required' ? ValidateIf((_, value) => value !== null) : presenceRule(presence),
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
