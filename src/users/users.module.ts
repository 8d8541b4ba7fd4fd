import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ModelsController } from './models.controller.js';
import { TierSource } from '../platform/limits/tier-source.js';
import { DeletionSteps } from './deletion/deletion-steps.js';
import { ExportSections } from './export/export-sections.js';
import { UsersExport } from './export/users-export.js';
import { User } from './user.entity.js';
import { UsersController } from './users.controller.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';
import { UsersTierSource } from './users-tier.source.js';

/** Accounts and profiles. */
@Module({
  imports: [TypeOrmModule.forFeature([User])],
  controllers: [UsersController, ModelsController],
  providers: [
    DeletionSteps,
    ExportSections,
    UsersExport,
    UsersRepository,
    UsersService,
    { provide: TierSource, useClass: UsersTierSource },
  ],
  exports: [DeletionSteps, ExportSections, TierSource, UsersRepository, UsersService],
})
export class UsersModule {}
