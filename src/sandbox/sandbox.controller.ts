import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { AdjustableClock } from '../platform/clock/clock.js';
import { Operation } from '../platform/http/operation.decorator.js';
import { SANDBOX_CLOCK } from './sandbox-clock.js';
import { AdvanceClockDto, ClockDto } from './sandbox.dto.js';

@ApiTags('Sandbox')
@Controller('sandbox')
export class SandboxController {
  constructor(@Inject(SANDBOX_CLOCK) private readonly clock: AdjustableClock) {}

  @Post('clock')
  @Operation({
    summary: 'Move the clock forward',
    description:
      'For seeing what happens at midnight, when a code expires, or when a session ends. This process only.',
    access: 'open',
    success: { status: 200, description: 'The time that it is now.', type: ClockDto },
    takesBody: true,
  })
  advanceSandboxClock(@Body() body: AdvanceClockDto): ClockDto {
    this.clock.advance(body.advance_seconds * 1000);
    return { now: this.clock.now().toISOString() };
  }
}
