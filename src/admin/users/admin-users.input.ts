import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { Alias } from '../../platform/fields/alias.decorator.js';
import { ChoiceField, TextField } from '../../platform/fields/fields.js';
import { TIERS, type Tier } from '../../platform/config/tier.js';
import { StrictPageQuery } from '../../platform/fields/page.js';
import { MobileNumberField } from '../../platform/sms/mobile-number.field.js';
import { MomentField } from '../../platform/fields/moment.field.js';

const REASON_MAX = 500;

/** The reason of an action, stored in the audit log. It must not contain personal data. */
const ReasonField = (): PropertyDecorator =>
  TextField({
    description: 'The reason, stored in the audit log. Do not write personal data here.',
    example: 'Asked for in ticket 4711',
    min: 1,
    max: REASON_MAX,
    presence: 'optional',
  });

/** Longer than every known value: `sub` has at most 255 characters, `iss` is a URL. */
const IDENTITY_MAX = 2048;

/** Not trimmed or normalized: every character of an identity counts. */
const IdentityField = (description: string, example: string): PropertyDecorator =>
  TextField({ description, example, min: 1, max: IDENTITY_MAX, trim: false, presence: 'optional' });

export class FindUsersQuery extends StrictPageQuery {
  @ApiPropertyOptional({
    type: String,
    description: 'Only the account with this number, in any spelling.',
    example: '+919876543210',
  })
  @IsOptional()
  @IsString({ message: 'mobile_number must be one text.' })
  @Alias('mobile')
  mobile_number?: string;

  @IdentityField('Only the account with this issuer; requires `subject`.', 'https://login.example.com')
  issuer?: string;

  @IdentityField('The issuer’s id of the user (`sub`); requires `issuer`.', '00u1abcd2EFGH3ijkl4x7')
  subject?: string;

  @ChoiceField({
    choices: TIERS,
    description: 'Only accounts that have this tier now; without a number or an identity.',
    presence: 'optional',
  })
  tier?: Tier;
}

export class ReasonDto {
  @ReasonField()
  reason?: string;
}

export class GrantDto {
  @MomentField({ description: 'End of the grant; null ends it now.' })
  until!: string | null;

  @ReasonField()
  reason?: string;
}

export class ReplaceNumberDto {
  @MobileNumberField()
  mobile_number!: string;

  @ReasonField()
  reason?: string;
}
