import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TierSource } from '../platform/limits/tier-source.js';
import { AccountDeletion } from './deletion/account-deletion.service.js';
import { AccountDeletionSweeper } from './deletion/account-deletion.sweeper.js';
import { AccountEndingsRepository } from './deletion/account-endings.repository.js';
import { DeletionSteps } from './deletion/deletion-steps.js';
import { EventsDeletionStep } from './deletion/events-deletion.step.js';
import { ExportSections } from './export/export-sections.js';
import { User } from './user.entity.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';
import { UsersTierSource } from './users-tier.source.js';

/** Accounts and their deletion, in every process. Deletion requires the step of each feature (deletion-steps.ts). */
@Module({
  imports: [TypeOrmModule.forFeature([User])],
  providers: [
    AccountDeletion,
    AccountDeletionSweeper,
    AccountEndingsRepository,
    DeletionSteps,
    EventsDeletionStep,
    ExportSections,
    UsersRepository,
    UsersService,
    { provide: TierSource, useClass: UsersTierSource },
  ],
  exports: [AccountDeletion, DeletionSteps, ExportSections, TierSource, UsersRepository, UsersService],
})
export class UsersModule {}
