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

/** When a client may offer a resend: most SMS have arrived by then. A hint only; the send limits decide. */
const RESEND_AFTER_SECONDS = 30;

const ChallengeIdField = (description: string): PropertyDecorator =>
  TextField({
    description,
    example: '7f3c9a0e51d24b8896c1f0a2d3e4b5c6',
    min: 1,
    max: 64,
    presence: 'optional',
  });

/** A code as the user types it. */
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

/** Older clients send the purpose of the code. Not in OpenAPI, because each route has one purpose. */
const PurposeField =
  (): PropertyDecorator =>
  (target, property): void => {
    IsIn(['login'], {
      message: 'This route is for signing in only. To reset a password, use POST /auth/forgot-password.',
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

  @ChallengeIdField('The `challenge_id` of the previous answer, to send the same code again.')
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
    'The `challenge_id` of the answer that announced the code. Always send it: without it the profile of a sign-up is discarded.',
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
    description:
      'The refresh token of the session to end. Default: the session of the Authorization header, expired or not.',
    example: 'AZqdLlobfD2OTxorPE1ebwAAAAFq3v…',
  })
  // Logging out always succeeds: a value that is not a token is ignored.
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value : undefined))
  @IsOptional()
  refresh_token?: string;
}

/** The answer to a request for a code. */
export class CodeSentDto {
  @ApiProperty({ example: 'If this number can receive it, a code is on its way.' })
  message!: string;

  @ApiProperty({
    description: 'Send it with the code, or to have the same code sent again.',
    example: '7f3c9a0e51d24b8896c1f0a2d3e4b5c6',
  })
  challenge_id!: string;

  @ApiProperty({ type: 'integer', description: 'Seconds until the code expires.', example: 300 })
  expires_in!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Seconds to wait before offering a resend.',
    example: RESEND_AFTER_SECONDS,
  })
  resend_after!: number;

  @ApiProperty({ type: 'integer', description: 'Number of digits of the code.', example: 6 })
  code_length!: number;

  @ApiPropertyOptional({
    description: 'The code itself. Only with the SMS sandbox, and only for requests from this machine.',
    example: '123456',
  })
  otp?: string;
}

export class VerifiedDto extends TokensDto {
  @ApiProperty({ description: 'Whether the account was created by this request.', example: true })
  new_user!: boolean;

  @ApiProperty({ description: 'Whether the profile of the sign-up was applied.', example: true })
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
