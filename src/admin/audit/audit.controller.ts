import { Get, Query } from '@nestjs/common';
import type { Page } from '../../platform/fields/page.js';
import { AdminController, AdminOperation } from '../admin.decorators.js';
import { CurrentOperator, type Operator } from '../operator.js';
import { AuditListService } from './audit-list.service.js';
import { AuditPage, AuditQuery, type AuditEntryDto } from './audit.dto.js';

@AdminController('audit')
export class AuditController {
  constructor(private readonly audit: AuditListService) {}

  @Get()
  @AdminOperation({
    summary: 'List the audit log',
    description: 'Newest first. Entries cannot be changed or deleted.',
    success: { status: 200, description: 'A page of the log.', type: AuditPage },
  })
  listAudit(@CurrentOperator() operator: Operator, @Query() query: AuditQuery): Promise<Page<AuditEntryDto>> {
    return this.audit.list(operator, query);
  }
}
