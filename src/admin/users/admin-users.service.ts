import { Injectable } from '@nestjs/common';
import type { Identity } from '../../auth/issuers/identities.repository.js';
import { DailyMessageLimitGuard } from '../../messages/quota/daily-message-limit.guard.js';
import { Clock } from '../../platform/clock/clock.js';
import { Cursors, type Page } from '../../platform/fields/page.js';
import { Problem } from '../../platform/problem/problem.js';
import { MobileNumbersService } from '../../platform/sms/mobile-numbers.service.js';
import { UsersService } from '../../users/users.service.js';
import type { Operator } from '../operator.js';
import { toAdminUser, type AdminUserDto } from './admin-user.dto.js';
import type { FindUsersQuery } from './admin-users.input.js';
import { AdminUsersRepository, type AdminUserRow, type Moment } from './admin-users.repository.js';

/** Shows accounts to operators. */
@Injectable()
export class AdminUsersService {
  constructor(
    private readonly accounts: AdminUsersRepository,
    private readonly users: UsersService,
    private readonly numbers: MobileNumbersService,
    private readonly limits: DailyMessageLimitGuard,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  /**
   * All accounts, or those of a tier, newest first; or the account with a number or an identity, if it exists.
   * @throws Problem `validation_failed`
   */
  async list(operator: Operator, query: FindUsersQuery): Promise<Page<AdminUserDto>> {
    const identity = identityIn(query);
    if (query.mobile_number !== undefined)
      return this.only(
        await this.accounts.findByNumber(this.numbers.read(query.mobile_number), this.moment()),
      );
    if (identity) return this.only(await this.accounts.findByIdentity(identity, this.moment()));
    const { cursor, limit, tier = null } = query;
    const scope = `admin-users:${tier ?? 'all'}:${operator.userId}`;
    const before = cursor === undefined ? null : this.cursors.decode<string>(scope, cursor);
    const rows = await this.accounts.list(tier, before, limit + 1, this.moment());
    return this.cursors.page(scope, rows, limit, this.show, ({ id }) => id);
  }

  /** @throws Problem `not_found` */
  async get(userId: string): Promise<AdminUserDto> {
    const row = await this.accounts.find(userId, this.moment());
    if (!row) throw Problem.notFound();
    return this.show(row);
  }

  private only(row: AdminUserRow | null): Page<AdminUserDto> {
    return { data: row ? [this.show(row)] : [], next_cursor: null };
  }

  private readonly show = (row: AdminUserRow): AdminUserDto =>
    toAdminUser(row, this.users.roleOf(row), this.clock.now());

  private moment(): Moment {
    return { day: this.limits.limitNow().day, now: this.clock.now() };
  }
}

/** Refuses half an identity, or one together with a number: it must not find a wrong account. */
function identityIn({ issuer, subject, mobile_number: number }: FindUsersQuery): Identity | null {
  if (issuer === undefined && subject === undefined) return null;
  if (number !== undefined)
    throw Problem.field('mobile_number', 'not_allowed', 'Send mobile_number, or issuer and subject.');
  if (issuer === undefined) throw Problem.field('issuer', 'required', 'issuer is required with subject.');
  if (subject === undefined) throw Problem.field('subject', 'required', 'subject is required with issuer.');
  return { issuer, subject };
}
