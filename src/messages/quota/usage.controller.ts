import { Controller, Get, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HttpAnswer } from '../../platform/http/responses/http-answer.js';
import { LIMIT_HEADERS } from '../../platform/openapi/shared-headers.js';
import { Operation } from '../../platform/openapi/operation.decorator.js';
import { CurrentUser, type Principal } from '../../platform/http/principal.js';
import type { DailyLimit } from './daily-limit.js';
import { DailyMessageLimit, DailyMessageLimitGuard } from './daily-message-limit.guard.js';
import { UsageDto } from './usage.dto.js';
import { UsageService } from './usage.service.js';

@ApiTags('User')
@Controller()
@UseGuards(DailyMessageLimitGuard)
export class UsageController {
  constructor(private readonly usage: UsageService) {}

  @Get(['user/usage', 'chatroom/usage'])
  @Operation({
    summary: 'Read today’s message usage',
    description: 'The daily limit of the tier, the messages used today, and when the limit resets.',
    success: { status: 200, description: 'Today’s usage.', type: UsageDto, headers: LIMIT_HEADERS },
  })
  getUsage(
    @CurrentUser() user: Principal,
    @DailyMessageLimit() limit: DailyLimit,
  ): Promise<HttpAnswer<UsageDto>> {
    return this.usage.today(user.userId, limit);
  }
}
