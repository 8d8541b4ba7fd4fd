import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { MobileNumbersService } from '../../platform/sms/mobile-numbers.service.js';
import type { Role } from '../../users/user.entity.js';
import { UsersService } from '../../users/users.service.js';
import { AuditLog } from '../audit/audit-log.service.js';

/** Result of changing a role. */
export interface RoleChange {
  userId: string;
  /** False: the account already had the role. */
  changed: boolean;
  /** Whether the role counts in this process. An account proven only by the SMS sandbox has none without the sandbox. */
  counts: boolean;
  /** Number of admins now. */
  admins: number;
}

/** Grants and revokes the role of an operator. Only the command line calls it: access to the database is the proof. */
@Injectable()
export class RolesService {
  constructor(
    private readonly users: UsersService,
    private readonly numbers: MobileNumbersService,
    private readonly audit: AuditLog,
    private readonly database: Database,
  ) {}

  /**
   * @param number a mobile number in any spelling
   * @returns null when the number has no account yet
   * @throws Problem `validation_failed` for an invalid number
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
