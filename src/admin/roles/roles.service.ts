import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { MobileNumbersService } from '../../platform/sms/mobile-numbers.service.js';
import type { Role } from '../../users/user.entity.js';
import { UsersService } from '../../users/users.service.js';
import { AuditLog } from '../audit/audit-log.service.js';

/** What has become of somebody's role. */
export interface RoleChange {
  userId: string;
  /** False: it was that already. */
  changed: boolean;
  /** Does it count in a process like this one? Not by what only the SMS sandbox has proven, where that is off. */
  counts: boolean;
  /** Admins that there are now. */
  admins: number;
}

/** Who is an operator: decided on the command line, by whoever holds the database, and by no route. */
@Injectable()
export class RolesService {
  constructor(
    private readonly users: UsersService,
    private readonly numbers: MobileNumbersService,
    private readonly audit: AuditLog,
    private readonly database: Database,
  ) {}

  /**
   * @param number in any spelling
   * @returns null when nobody has signed in with it yet
   * @throws Problem `validation_failed` for what is no number
   */
  async set(number: string, role: Role): Promise<RoleChange | null> {
    const mobileNumber = this.numbers.read(number);
    return this.database.tx(async (manager) => {
      const found = await this.users.findByMobileNumber(mobileNumber, manager);
      const user = found && (await this.users.lock(found.id, manager));
      if (user?.mobileNumber !== mobileNumber) return null;
      const changed = user.role !== role;
      if (changed) {
        await this.users.setByOperator(user.id, { role }, manager);
        const action = role === 'admin' ? 'role.grant' : 'role.revoke';
        await this.audit.write(null, { action, userId: user.id }, manager);
      }
      const counts = this.users.roleOf({ ...user, role }) === role;
      return { userId: user.id, changed, counts, admins: await this.users.countAdmins(manager) };
    });
  }
}
