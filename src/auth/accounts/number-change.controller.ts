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
    summary: 'Ask for another mobile number',
    description:
      'Sends a code to it. Needs a fresh session. Whether the number is taken is told only to who has proven it.',
    success: { status: 202, description: 'A code is on its way.', type: CodeSentDto },
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
    description: 'With the code that was sent to it. Every other session ends; the day’s count goes along.',
    success: { status: 200, description: 'You, with the new number.', type: UserDto },
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
