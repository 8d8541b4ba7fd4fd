import { Module } from '@nestjs/common';
import { AuditLogRepository } from './audit-log.repository.js';
import { AuditLog } from './audit-log.service.js';

/** The log of what operators do: for their routes and for the command line. */
@Module({
  providers: [AuditLog, AuditLogRepository],
  exports: [AuditLog, AuditLogRepository],
})
export class AuditModule {}
