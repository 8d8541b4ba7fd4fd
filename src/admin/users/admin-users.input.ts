import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { TextField } from '../../platform/http/fields.js';
import { PageQuery } from '../../platform/http/page.js';
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

export class FindUsersQuery extends PageQuery {
  @ApiPropertyOptional({
    type: String,
    description: 'Whose account, in any spelling; then there is one, or none.',
    example: '+919876543210',
  })
  @IsOptional()
  @IsString({ message: 'mobile_number must be one text.' })
  mobile_number?: string;
}

export class BanDto {
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
