import { Injectable, type StreamableFile } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { Principal } from '../../platform/http/principal.js';
import { Problem } from '../../platform/problem/problem.js';
import { AccountDeletion } from '../../users/deletion/account-deletion.service.js';
import { ExportSections } from '../../users/export/export-sections.js';
import type { User } from '../../users/user.entity.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { exportFile } from './account-export.js';

/** Exports and deletes the user's own account. Both require a fresh session. */
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

  /** @throws Problem `step_up_required`; `session_ended` when another request deleted it first, or an operator suspended it */
  async delete(principal: Principal): Promise<void> {
    await this.sessions.assertFresh(principal);
    // Deleting the account must not lift a suspension that was committed while this waited for the lock.
    const isAllowed = ({ suspendedAt }: User) => suspendedAt === null;
    if (!(await this.deletion.delete(principal.userId, isAllowed))) throw new Problem('session_ended');
  }
}
