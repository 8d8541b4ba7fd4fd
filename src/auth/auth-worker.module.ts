import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { AuthChores } from './auth-chores.js';
import { ChallengesRepository } from './codes/challenges.repository.js';
import { CodeDeliveryProcessor } from './codes/code-delivery.processor.js';
import { CodeDeliveryService } from './codes/code-delivery.service.js';
import { LimitsRepository } from './limits/limits.repository.js';
import { SessionsRepository } from './sessions/sessions.repository.js';

/** The worker's side of signing in: sends codes, deletes what has expired. Needs MaintenanceModule beside it. */
@Module({
  imports: [UsersModule],
  providers: [
    AuthChores,
    ChallengesRepository,
    CodeDeliveryProcessor,
    CodeDeliveryService,
    LimitsRepository,
    SessionsRepository,
  ],
})
export class AuthWorkerModule {}
