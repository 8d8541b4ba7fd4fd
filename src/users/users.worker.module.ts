import { Module } from '@nestjs/common';
import { DormantAccounts } from './deletion/dormant-accounts.js';
import { UsersModule } from './users.module.js';

/** Deletes dormant accounts (ACCOUNT_DORMANT_DAYS). */
@Module({ imports: [UsersModule], providers: [DormantAccounts] })
export class UsersWorkerModule {}
