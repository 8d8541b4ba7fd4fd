import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional } from 'class-validator';
import { Alias } from '../../platform/fields/alias.decorator.js';
import { presenceRule, TextField } from '../../platform/fields/fields.js';
import { MobileNumberField } from '../../platform/sms/mobile-number.field.js';
import { EmailField } from '../../users/email.field.js';
import { PersonNameField } from '../../users/person-name.field.js';
import { UserDto } from '../../users/user.dto.js';
import { challengeIdText } from '../codes/challenge.js';
import type { SentCode } from '../codes/code-sender.service.js';
import { NewPasswordField, PasswordField } from '../passwords/password.field.js';
import { TokensDto } from '../tokens/tokens.dto.js';

/** When a client may offer "send it again": most texts have arrived by then. A hint; the send limits are the rule. */
const RESEND_AFTER_SECONDS = 30;

const ChallengeIdField = (description: string): PropertyDecorator =>
  TextField({
    description,
    example: '7f3c9a0e51d24b8896c1f0a2d3e4b5c6',
    min: 1,
    max: 64,
    presence: 'optional',
  });

/** A code as typed. */
export const OtpField = (presence: 'required' | 'optional' = 'required'): PropertyDecorator => {
  const field = TextField({
    description: 'The code from the SMS.',
    example: '123456',
    min: 1,
    max: 32,
    presence,
  });
  return (target, property) => {
    field(target, property);
    Alias('otp_code')(target, property);
  };
};

/** Older clients say what the code is for. Not in OpenAPI: there is nothing to choose. */
const PurposeField =
  (): PropertyDecorator =>
  (target, property): void => {
    IsIn(['login'], {
      message: 'These routes sign in. To reset a password, use POST /auth/forgot-password.',
    })(target, property);
    presenceRule('optional')(target, property);
  };

export class SignUpDto {
  @MobileNumberField()
  mobile_number!: string;

  @PersonNameField('optional')
  name?: string;

  @EmailField('optional')
  email?: string;

  @NewPasswordField('optional')
  password?: string;
}

export class SendOtpDto {
  @MobileNumberField()
  mobile_number!: string;

  @ChallengeIdField('Of the answer before: the same code is sent again.')
  challenge_id?: string;

  @PurposeField()
  purpose?: string;
}

export class VerifyOtpDto {
  @MobileNumberField()
  mobile_number!: string;

  @OtpField()
  otp!: string;

  @ChallengeIdField(
    'Of the answer that sent the code. Always send it: without it a pending profile is thrown away.',
  )
  challenge_id?: string;

  @PurposeField()
  purpose?: string;
}

export class LoginDto {
  @MobileNumberField()
  mobile_number!: string;

  @PasswordField()
  password!: string;
}

export class RefreshDto {
  @TextField({
    description: 'The newest refresh token.',
    example: 'AZqdLlobfD2OTxorPE1ebwAAAAFq3v…',
    min: 1,
    max: 512,
  })
  refresh_token!: string;
}

export class LogoutDto {
  @ApiPropertyOptional({
    type: String,
    description: 'Whose session ends; without it that of the Authorization header, expired or not.',
    example: 'AZqdLlobfD2OTxorPE1ebwAAAAFq3v…',
  })
  // Logging out always works: what is no token ends nothing.
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value : undefined))
  @IsOptional()
  refresh_token?: string;
}

/** A code is on its way. */
export class CodeSentDto {
  @ApiProperty({ example: 'If this number can receive it, a code is on its way.' })
  message!: string;

  @ApiProperty({
    description: 'Send it back with the code, and to have the same code sent again.',
    example: '7f3c9a0e51d24b8896c1f0a2d3e4b5c6',
  })
  challenge_id!: string;

  @ApiProperty({ type: 'integer', description: 'Seconds that the code works for.', example: 300 })
  expires_in!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Seconds after which to offer a resend.',
    example: RESEND_AFTER_SECONDS,
  })
  resend_after!: number;

  @ApiProperty({ type: 'integer', description: 'Digits of the code.', example: 6 })
  code_length!: number;

  @ApiPropertyOptional({
    description: 'The code itself: only from the SMS sandbox, and only to this machine.',
    example: '123456',
  })
  otp?: string;
}

export class VerifiedDto extends TokensDto {
  @ApiProperty({ description: 'Was the account made just now?', example: true })
  new_user!: boolean;

  @ApiProperty({ description: 'Was the profile of the signup applied?', example: true })
  profile_applied!: boolean;

  @ApiProperty({ type: UserDto })
  user!: UserDto;
}

export function toCodeSent(sent: SentCode, codeLength: number): CodeSentDto {
  return {
    message: 'If this number can receive it, a code is on its way.',
    challenge_id: challengeIdText(sent.challengeId),
    expires_in: sent.expiresIn,
    resend_after: RESEND_AFTER_SECONDS,
    code_length: codeLength,
    ...(sent.otp !== undefined && { otp: sent.otp }),
  };
}
