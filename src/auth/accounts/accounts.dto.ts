import { TextField } from '../../platform/fields/fields.js';
import { MobileNumberField } from '../../platform/sms/mobile-number.field.js';
import { PasswordField } from '../passwords/password.field.js';
import { OtpField } from '../sign-in/sign-in.dto.js';

const CHALLENGE_ID = {
  description: 'The `challenge_id` of the answer that announced the code.',
  example: '7f3c9a0e51d24b8896c1f0a2d3e4b5c6',
  min: 1,
  max: 64,
};

export class StepUpDto {
  @OtpField('optional')
  otp?: string;

  @TextField({ ...CHALLENGE_ID, presence: 'optional' })
  challenge_id?: string;

  @PasswordField('optional')
  password?: string;
}

/** One example per step; a request with all three fields is not valid. */
export const STEP_UP_EXAMPLES = {
  send: { summary: 'Request a code', value: {} },
  code: { summary: 'Confirm with the code', value: { otp: '123456', challenge_id: CHALLENGE_ID.example } },
  password: { summary: 'Confirm with the password', value: { password: 'correct horse battery' } },
};

export class NewNumberDto {
  @MobileNumberField()
  mobile_number!: string;
}

export class ConfirmNumberDto {
  @OtpField()
  otp!: string;

  @TextField(CHALLENGE_ID)
  challenge_id!: string;
}
