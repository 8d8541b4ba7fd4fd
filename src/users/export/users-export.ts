import { Injectable } from '@nestjs/common';
import { UsersRepository } from '../users.repository.js';
import { UsersService } from '../users.service.js';
import { ExportSections, type ExportSection } from './export-sections.js';

/** Section of the account itself, without the hashes of password and number, which contain nothing readable. */
@Injectable()
export class UsersExport implements ExportSection {
  readonly name = 'account';

  constructor(
    private readonly users: UsersRepository,
    private readonly service: UsersService,
    sections: ExportSections,
  ) {
    sections.register(this);
  }

  async *rows(userId: string): AsyncIterable<object> {
    const user = await this.users.findById(userId);
    if (!user) return;
    yield {
      ...this.service.show(user),
      tier_ends_at: user.tierEndsAt,
      pro_granted_until: user.proGrantedUntil,
      suspended_at: user.suspendedAt,
      last_active_at: user.lastActiveAt,
    };
  }
}
