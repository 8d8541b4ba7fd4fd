import { Get, Query } from '@nestjs/common';
import type { Page } from '../../platform/fields/page.js';
import { AdminController, AdminListOperation } from '../admin.decorators.js';
import { CurrentOperator, type Operator } from '../operator.js';
import { AuditListService } from './audit-list.service.js';
import { AuditPage, AuditQuery, AuditEntryDto } from './audit.dto.js';

@AdminController('audit')
export class AuditController {
  constructor(private readonly audit: AuditListService) {}

  @Get()
  @AdminListOperation({
    item: AuditEntryDto,
    summary: 'List the audit log',
    description: 'Newest first. Entries cannot be changed or deleted.',
    shown: 'A page of the log.',
    page: AuditPage,
  })
  listAudit(@CurrentOperator() operator: Operator, @Query() query: AuditQuery): Promise<Page<AuditEntryDto>> {
    return this.audit.list(operator, query);
  }
}
