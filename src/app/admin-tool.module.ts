import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditLogRepository } from '../admin/audit/audit-log.repository.js';
import { AuditLog } from '../admin/audit/audit-log.service.js';
import { RolesService } from '../admin/roles/roles.service.js';
import { SystemClock } from '../platform/clock/clock.js';
import { ClockModule } from '../platform/clock/clock.module.js';
import type { Config } from '../platform/config/config.js';
import { ConfigModule } from '../platform/config/config.module.js';
import { CryptoModule } from '../platform/crypto/crypto.module.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { MobileNumbersService } from '../platform/sms/mobile-numbers.service.js';
import { User } from '../users/user.entity.js';
import { UsersRepository } from '../users/users.repository.js';
import { UsersService } from '../users/users.service.js';

/**
 * A command about operators: `npm run admin:grant`, `admin:revoke`. It needs the database only, and does not load the modules
 * of the processes, which are most of what a start costs.
 */
@Module({})
export class AdminToolModule {
  static forRoot(config: Config, databaseUrl: string): DynamicModule {
    return {
      module: AdminToolModule,
      imports: [
        ConfigModule.forRoot(config),
        ClockModule.forRoot(new SystemClock()),
        DatabaseModule.forRoot({ url: databaseUrl, poolMax: 2, applicationName: 'chat-tool' }),
        CryptoModule,
        TypeOrmModule.forFeature([User]),
      ],
      providers: [
        AuditLog,
        AuditLogRepository,
        MobileNumbersService,
        RolesService,
        UsersRepository,
        UsersService,
      ],
    };
  }
}
