import { Injectable } from '@nestjs/common';
import { DailyMessageLimitGuard } from '../../messages/daily-message-limit.guard.js';
import { Clock } from '../../platform/clock/clock.js';
import { Cursors, type Page } from '../../platform/http/page.js';
import { Problem } from '../../platform/http/problem.js';
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

  /** All, newest first; or the one with a number, if there is one. */
  async list(operator: Operator, query: FindUsersQuery): Promise<Page<AdminUserDto>> {
    if (query.mobile_number !== undefined) return this.withNumber(query.mobile_number);
    const { cursor, limit } = query;
    const scope = `admin-users:${operator.userId}`;
    const before = cursor === undefined ? null : this.cursors.decode<string>(scope, cursor);
    const rows = await this.accounts.list(before, limit + 1, this.moment());
    return this.cursors.page(scope, rows, limit, this.show, ({ id }) => id);
  }

  /** @throws Problem `not_found` */
  async get(userId: string): Promise<AdminUserDto> {
    const row = await this.accounts.find(userId, this.moment());
    if (!row) throw Problem.notFound();
    return this.show(row);
  }

  private async withNumber(text: string): Promise<Page<AdminUserDto>> {
    const row = await this.accounts.findByNumber(this.numbers.read(text), this.moment());
    return { data: row ? [this.show(row)] : [], next_cursor: null };
  }

  private readonly show = (row: AdminUserRow): AdminUserDto =>
    toAdminUser(row, this.users.roleOf(row), this.clock.now());

  private moment(): Moment {
    return { day: this.limits.limitNow().day, now: this.clock.now() };
  }
}
