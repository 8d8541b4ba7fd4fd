import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HttpAnswer } from '../../platform/http/http-answer.js';
import { Operation } from '../../platform/http/operation.decorator.js';
import { CurrentUser, type Principal } from '../../platform/http/principal.js';
import { UserDto } from '../../users/user.dto.js';
import { Origin, type RequestOrigin } from '../request-origin.js';
import { CodeSentDto } from '../sign-in/sign-in.dto.js';
import { ConfirmNumberDto, NewNumberDto, StepUpDto } from './accounts.dto.js';
import { NumberChangeService } from './number-change.service.js';
import { StepUpService } from './step-up.service.js';

const CODE_SENT = { status: 202, description: 'A code is on its way.', type: CodeSentDto };

@Controller()
export class AccountsController {
  constructor(
    private readonly stepUps: StepUpService,
    private readonly numberChanges: NumberChangeService,
  ) {}

  @Post('auth/step-up')
  @ApiTags('Auth')
  @Operation({
    summary: 'Prove once more who you are',
    description:
      'With nothing a code is sent to your own number. With that code, or with the password, this session is fresh for 10 minutes, as after signing in: what cannot be taken back asks for that.',
    success: [CODE_SENT, { status: 204, description: 'The session is fresh.' }],
    errors: [
      'otp_invalid',
      'credentials_invalid',
      'otp_send_limited',
      'otp_attempts_exceeded',
      'credentials_attempts_exceeded',
    ],
    takesBody: true,
  })
  async stepUp(
    @CurrentUser() principal: Principal,
    @Body() body: StepUpDto,
    @Origin() origin: RequestOrigin,
  ): Promise<HttpAnswer<CodeSentDto | null>> {
    const sent = await this.stepUps.stepUp(principal, body, origin);
    return new HttpAnswer(sent, {}, sent ? 202 : 204);
  }

  @Post('user/me/mobile-number')
  @ApiTags('User')
  @Operation({
    summary: 'Ask for another mobile number',
    description:
      'Sends a code to it. Needs a fresh session. Whether the number is taken is told only to who has proven it.',
    success: CODE_SENT,
    errors: ['step_up_required', 'otp_send_limited'],
    takesBody: true,
  })
  requestNumberChange(
    @CurrentUser() principal: Principal,
    @Body() body: NewNumberDto,
    @Origin() origin: RequestOrigin,
  ): Promise<CodeSentDto> {
    return this.numberChanges.begin(principal, body, origin);
  }

  @Post('user/me/mobile-number/confirm')
  @ApiTags('User')
  @Operation({
    summary: 'Change the mobile number',
    description: 'With the code that was sent to it. Every other session ends; the day’s count goes along.',
    success: { status: 200, description: 'You, with the new number.', type: UserDto },
    errors: ['step_up_required', 'otp_invalid', 'otp_attempts_exceeded', 'mobile_number_taken'],
    takesBody: true,
  })
  confirmNumberChange(@CurrentUser() principal: Principal, @Body() body: ConfirmNumberDto): Promise<UserDto> {
    return this.numberChanges.confirm(principal, body);
  }
}
