import { Body, Controller, Post } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { HttpAnswer } from '../../platform/http/responses/http-answer.js';
import { Operation } from '../../platform/openapi/operation.decorator.js';
import { CurrentUser, type Principal } from '../../platform/http/principal.js';
import { Origin, type RequestOrigin } from '../request-origin.js';
import { CodeSentDto } from '../sign-in/sign-in.dto.js';
import { OwnTokensOnly } from '../tokens/own-tokens-only.decorator.js';
import { STEP_UP_EXAMPLES, StepUpDto } from './accounts.dto.js';
import { StepUpService } from './step-up.service.js';

@ApiTags('Auth')
@OwnTokensOnly()
@Controller('auth')
export class StepUpController {
  constructor(private readonly stepUps: StepUpService) {}

  @Post('step-up')
  @ApiBody({ type: StepUpDto, required: false, examples: STEP_UP_EXAMPLES })
  @Operation({
    summary: 'Confirm your identity',
    description:
      'Makes this session fresh for 10 minutes, as after signing in; irreversible actions require that. Send an empty body to get a code on your own number, then send that code, or send the password.',
    success: [
      { status: 202, description: 'The code is being sent.', type: CodeSentDto },
      { status: 204, description: 'The session is fresh.' },
    ],
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
}
