import { Injectable, type StreamableFile } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { Principal } from '../../platform/http/principal.js';
import { Problem } from '../../platform/problem/problem.js';
import { AccountDeletion } from '../../users/deletion/account-deletion.service.js';
import { ExportSections } from '../../users/export/export-sections.js';
import type { User } from '../../users/user.entity.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { exportFile } from './account-export.js';

/** What people may do with the whole of their account: take it along, and leave. Both want a fresh session. */
@Injectable()
export class AccountService {
  constructor(
    private readonly sessions: SessionsService,
    private readonly sections: ExportSections,
    private readonly deletion: AccountDeletion,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `step_up_required` */
  async export(principal: Principal): Promise<StreamableFile> {
    await this.sessions.assertFresh(principal);
    return exportFile(principal.userId, this.sections.all, this.clock.now());
  }

  /** @throws Problem `step_up_required`; `session_ended` when somebody else was first: another request, or a ban */
  async delete(principal: Principal): Promise<void> {
    await this.sessions.assertFresh(principal);
    // Leaving must not lift a suspension that was written while this waited for the account.
    const isAllowed = ({ suspendedAt }: User) => suspendedAt === null;
    if (!(await this.deletion.delete(principal.userId, isAllowed))) throw new Problem('session_ended');
  }
}
