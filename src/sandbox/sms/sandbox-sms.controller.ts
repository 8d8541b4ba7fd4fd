import { Get, Query } from '@nestjs/common';
import { Cursors } from '../../platform/fields/page.js';
import { MobileNumbersService } from '../../platform/sms/mobile-numbers.service.js';
import { SandboxOperation, SandboxRoutes } from '../sandbox-routes.decorators.js';
import { SandboxSmsPage, SandboxSmsQuery, toSandboxSms } from './sandbox-sms.dto.js';
import { SandboxSmsRepository } from './sandbox-sms.repository.js';

@SandboxRoutes('sandbox')
export class SandboxSmsController {
  constructor(
    private readonly inbox: SandboxSmsRepository,
    private readonly numbers: MobileNumbersService,
    private readonly cursors: Cursors,
  ) {}

  @Get('sms')
  @SandboxOperation({
    summary: 'Read the SMS inbox',
    description:
      'Newest first. Only for requests from this machine, unless SANDBOX_PUBLIC is set; 404 otherwise.',
    success: { status: 200, description: 'A page of SMS.', type: SandboxSmsPage },
  })
  async listSandboxSms(@Query() query: SandboxSmsQuery): Promise<SandboxSmsPage> {
    const number = query.mobile_number === undefined ? null : this.numbers.read(query.mobile_number);
    const scope = `sandbox-sms:${number ?? ''}`;
    const before = query.cursor === undefined ? null : this.cursors.decode<string>(scope, query.cursor);
    const rows = await this.inbox.list(number, before, query.limit + 1);
    return this.cursors.page(scope, rows, query.limit, toSandboxSms, (row) => row.id);
  }
}
