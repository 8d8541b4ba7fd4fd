import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { NumberChangeService } from '../../auth/accounts/number-change.service.js';
import { SessionsService } from '../../auth/sessions/sessions.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/problem/problem.js';
import { MobileNumbersService } from '../../platform/sms/mobile-numbers.service.js';
import { AccountDeletion } from '../../users/deletion/account-deletion.service.js';
import type { User } from '../../users/user.entity.js';
import { UsersService } from '../../users/users.service.js';
import { AuditLog, type AuditedAction } from '../audit/audit-log.service.js';
import type { Operator } from '../operator.js';
import type { ReasonDto, ReplaceNumberDto } from './admin-users.input.js';

/** No work after the commit. */
const noAnnouncement = (): void => undefined;

/** Actions of operators on accounts; each action and its entry in the audit log are one transaction. */
@Injectable()
export class UserActions {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly numberChanges: NumberChangeService,
    private readonly numbers: MobileNumbersService,
    private readonly deletion: AccountDeletion,
    private readonly audit: AuditLog,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Suspends the account and ends its sessions: it cannot be signed in to.
   * @throws Problem `not_found`, `validation_failed` for an admin's account
   */
  ban(operator: Operator, userId: string, { reason }: ReasonDto): Promise<void> {
    return this.runAudited(operator, userId, async (user, manager) => {
      refuseAdmin(operator, user);
      const suspendedAt = user.suspendedAt ?? this.clock.now();
      await this.users.setByOperator(userId, { suspendedAt }, manager);
      const announceEnd = await this.sessions.endAllIn(manager, userId, null);
      return [
        { action: 'user.ban', details: { reason, was_suspended: user.suspendedAt !== null } },
        announceEnd,
      ];
    });
  }

  /** @throws Problem `not_found` */
  unban(operator: Operator, userId: string, { reason }: ReasonDto): Promise<void> {
    return this.runAudited(operator, userId, async (user, manager) => {
      await this.users.setByOperator(userId, { suspendedAt: null }, manager);
      return [
        { action: 'user.unban', details: { reason, was_suspended: user.suspendedAt !== null } },
        noAnnouncement,
      ];
    });
  }

  /** @throws Problem `not_found` */
  revokeSessions(operator: Operator, userId: string, { reason }: ReasonDto): Promise<void> {
    return this.runAudited(operator, userId, async (_, manager) => [
      { action: 'user.sessions_revoke', details: { reason } },
      await this.sessions.endAllIn(manager, userId, null),
    ]);
  }

  /**
   * Replaces the account's number.
   * @throws Problem `not_found`, `mobile_number_taken`, `validation_failed` also for an admin's account
   */
  replaceNumber(operator: Operator, userId: string, body: ReplaceNumberDto): Promise<void> {
    const mobileNumber = this.numbers.read(body.mobile_number);
    return this.runAudited(operator, userId, async (user, manager) => {
      refuseAdmin(operator, user);
      const announceEnd = await this.numberChanges
        .replaceIn(manager, userId, mobileNumber)
        .catch(nameSearchRoute);
      return [{ action: 'user.mobile_number', details: { reason: body.reason } }, announceEnd];
    });
  }

  /**
   * Deletes the account, as its owner could.
   * @throws Problem `not_found`, `validation_failed` for an admin's account
   */
  async delete(operator: Operator, userId: string, { reason }: ReasonDto): Promise<void> {
    const isDone = await this.deletion.delete(
      userId,
      (user) => {
        refuseAdmin(operator, user);
        return true;
      },
      (manager) =>
        this.audit.write(operator, { action: 'user.delete', userId, details: { reason } }, manager),
    );
    if (!isDone) throw Problem.notFound();
  }

  private async runAudited(
    operator: Operator,
    userId: string,
    work: (user: User, manager: EntityManager) => Promise<[AuditedAction, afterwards: () => void]>,
  ): Promise<void> {
    const afterwards = await this.database.tx(async (manager) => {
      const user = await this.users.lock(userId, manager);
      if (!user) throw Problem.notFound();
      const [action, announceEnd] = await work(user, manager);
      await this.audit.write(operator, { ...action, userId }, manager);
      return announceEnd;
    });
    afterwards();
  }
}

/**
 * Refuses actions on admins' accounts, including one's own: an admin must not take over another, or lock themselves out. The
 * role must be revoked first, on the command line.
 */
function refuseAdmin(operator: Operator, { id, role }: User): void {
  const target = operator.userId === id ? 'your own account' : 'the account of an admin';
  if (role === 'admin')
    throw Problem.field(
      'id',
      'not_allowed',
      `This is ${target}. Revoke the role first: npm run admin:revoke.`,
    );
}

/** Names the route that finds the number's owner, which operators may use. */
function nameSearchRoute(error: unknown): never {
  if (!(error instanceof Problem) || error.code !== 'mobile_number_taken') throw error;
  throw new Problem(
    error.code,
    'Another account has this number. Find it with GET /admin/api/users?mobile_number=.',
  );
}
