import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../../platform/openapi/operation.decorator.js';
import { Cursors } from '../../platform/http/page.js';
import { MobileNumbersService } from '../../platform/sms/mobile-numbers.service.js';
import { NoRateLimitForLocalPeer } from '../../platform/rate-limit/no-rate-limit.decorator.js';
import { LocalOnlyGuard } from '../local-only.guard.js';
import { SandboxSmsPage, SandboxSmsQuery, toSandboxSms } from './sandbox-sms.dto.js';
import { SandboxSmsRepository } from './sandbox-sms.repository.js';

@ApiTags('Sandbox')
@Controller('sandbox')
@NoRateLimitForLocalPeer()
@UseGuards(LocalOnlyGuard)
export class SandboxSmsController {
  constructor(
    private readonly inbox: SandboxSmsRepository,
    private readonly numbers: MobileNumbersService,
    private readonly cursors: Cursors,
  ) {}

  @Get('sms')
  @Operation({
    summary: 'Read the SMS inbox',
    description: 'Newest first. For this machine only, unless SANDBOX_PUBLIC is set; 404 otherwise.',
    access: 'open',
    success: { status: 200, description: 'Texts that were sent.', type: SandboxSmsPage },
    errors: ['not_found'],
  })
  async listSandboxSms(@Query() query: SandboxSmsQuery): Promise<SandboxSmsPage> {
    const number = query.mobile_number === undefined ? null : this.numbers.read(query.mobile_number);
    const scope = `sandbox-sms:${number ?? ''}`;
    const before = query.cursor === undefined ? null : this.cursors.decode<string>(scope, query.cursor);
    const rows = await this.inbox.list(number, before, query.limit + 1);
    return this.cursors.page(scope, rows, query.limit, toSandboxSms, (row) => row.id);
  }
}
