import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../../platform/openapi/operation.decorator.js';
import { CurrentUser, type Principal } from '../../platform/http/principal.js';
import { UserDto } from '../../users/user.dto.js';
import { Origin, type RequestOrigin } from '../request-origin.js';
import { CodeSentDto } from '../sign-in/sign-in.dto.js';
import { ConfirmNumberDto, NewNumberDto } from './accounts.dto.js';
import { NumberChangeService } from './number-change.service.js';

@ApiTags('User')
@Controller('user/me/mobile-number')
export class NumberChangeController {
  constructor(private readonly numberChanges: NumberChangeService) {}

  @Post()
  @Operation({
    summary: 'Request a change of the mobile number',
    description:
      'Sends a code to the new number. Requires a fresh session (POST /auth/step-up). Only the confirmation tells whether another account has the number.',
    success: { status: 202, description: 'The code is being sent.', type: CodeSentDto },
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

  @Post('confirm')
  @Operation({
    summary: 'Change the mobile number',
    description:
      'Confirms the code that was sent to the new number. Every other session ends; the day’s message count stays with the account.',
    success: { status: 200, description: 'The account with the new number.', type: UserDto },
    errors: ['step_up_required', 'otp_invalid', 'otp_attempts_exceeded', 'mobile_number_taken'],
    takesBody: true,
  })
  confirmNumberChange(
    @CurrentUser() principal: Principal,
    @Body() body: ConfirmNumberDto,
    @Origin() origin: RequestOrigin,
  ): Promise<UserDto> {
    return this.numberChanges.confirm(principal, body, origin);
  }
}
