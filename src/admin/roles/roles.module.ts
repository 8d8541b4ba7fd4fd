import { Module } from '@nestjs/common';
import { MobileNumbersService } from '../../platform/sms/mobile-numbers.service.js';
import { UsersModule } from '../../users/users.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { RolesService } from './roles.service.js';

/** Making and unmaking operators: by `npm run admin:grant` and `admin:revoke`. */
@Module({
  imports: [AuditModule, UsersModule],
  providers: [MobileNumbersService, RolesService],
  exports: [RolesService],
})
export class RolesModule {}
