import { Alias } from '../../platform/fields/alias.decorator.js';
import { TextField } from '../../platform/fields/fields.js';
import { MobileNumberField } from '../../platform/sms/mobile-number.field.js';
import { OtpField } from '../sign-in/sign-in.dto.js';
import { NewPasswordField, PasswordField } from './password.field.js';

export class ForgotPasswordDto {
  @MobileNumberField()
  mobile_number!: string;
}

export class ResetPasswordDto {
  @MobileNumberField()
  mobile_number!: string;

  @OtpField()
  otp!: string;

  @TextField({
    description: 'The `challenge_id` of the answer that announced the code. Always send it.',
    example: '7f3c9a0e51d24b8896c1f0a2d3e4b5c6',
    min: 1,
    max: 64,
    presence: 'optional',
  })
  challenge_id?: string;

  @NewPasswordField()
  new_password!: string;
}

export class ChangePasswordDto {
  @PasswordField('optional')
  @Alias('old_password')
  current_password?: string;

  @NewPasswordField()
  new_password!: string;
}
