import { Module } from '@nestjs/common';
import { UsersModule } from '../users.module.js';
import { AccountDeletion } from './account-deletion.service.js';
import { AccountDeletionSweeper } from './account-deletion.sweeper.js';
import { AccountEndingsRepository } from './account-endings.repository.js';

/** Deleting accounts. Wants every feature's step beside it (deletion-steps.ts). */
@Module({
  imports: [UsersModule],
  providers: [AccountDeletion, AccountDeletionSweeper, AccountEndingsRepository],
  exports: [AccountDeletion],
})
export class AccountDeletionModule {}
