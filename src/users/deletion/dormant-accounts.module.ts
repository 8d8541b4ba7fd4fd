import { Module } from '@nestjs/common';
import { UsersModule } from '../users.module.js';
import { AccountDeletionModule } from './account-deletion.module.js';
import { DormantAccounts } from './dormant-accounts.js';

/** The worker's side: accounts that nobody uses any more. Needs MaintenanceModule beside it. */
@Module({ imports: [UsersModule, AccountDeletionModule], providers: [DormantAccounts] })
export class DormantAccountsModule {}
