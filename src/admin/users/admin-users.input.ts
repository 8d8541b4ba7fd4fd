import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { Alias } from '../../platform/fields/alias.decorator.js';
import { TextField } from '../../platform/fields/fields.js';
import { StrictPageQuery } from '../../platform/fields/page.js';
import { MobileNumberField } from '../../platform/sms/mobile-number.field.js';
import { MomentField } from '../moment.field.js';

const REASON_MAX = 500;

/** Why it is done: kept in the audit log. Not a place for anybody's number. */
const ReasonField = (): PropertyDecorator =>
  TextField({
    description: 'Why; it is kept in the audit log.',
    example: 'Asked for in ticket 4711',
    min: 1,
    max: REASON_MAX,
    presence: 'optional',
  });

/** Longer than any that is known: `sub` has at most 255 characters, `iss` is an address. */
const IDENTITY_MAX = 2048;

/** Taken as it is: of identities every character counts. */
const IdentityField = (description: string, example: string): PropertyDecorator =>
  TextField({ description, example, min: 1, max: IDENTITY_MAX, trim: false, presence: 'optional' });

export class FindUsersQuery extends StrictPageQuery {
  @ApiPropertyOptional({
    type: String,
    description: 'Whose account, in any spelling; then there is one, or none.',
    example: '+919876543210',
  })
  @IsOptional()
  @IsString({ message: 'mobile_number must be one text.' })
  @Alias('mobile')
  mobile_number?: string;

  @IdentityField(
    'Whose account, by the issuer of its tokens; only with `subject`.',
    'https://login.example.com',
  )
  issuer?: string;

  @IdentityField('… and by what the issuer calls the person (`sub`).', '00u1abcd2EFGH3ijkl4x7')
  subject?: string;
}

export class ReasonDto {
  @ReasonField()
  reason?: string;
}

export class GrantDto {
  @MomentField('Until when Pro is granted; null ends the grant.')
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
