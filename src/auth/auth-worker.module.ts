import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { SignInDeletionModule } from './accounts/sign-in-deletion.module.js';
import { AuthChores } from './auth-chores.js';
import { CodeDeliveryProcessor } from './codes/code-delivery.processor.js';
import { CodeDeliveryService } from './codes/code-delivery.service.js';
import { SignInNetworksRepository } from './networks/sign-in-networks.repository.js';

/** The worker's side of signing in: sends codes, deletes what has expired. Needs MaintenanceModule beside it. */
@Module({
  imports: [UsersModule, SignInDeletionModule],
  providers: [AuthChores, CodeDeliveryProcessor, CodeDeliveryService, SignInNetworksRepository],
})
export class AuthWorkerModule {}
