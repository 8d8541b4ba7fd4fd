import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { AuthChores } from './auth-chores.js';
import { AuthModule } from './auth.module.js';
import { CodeDeliveryProcessor } from './codes/code-delivery.processor.js';
import { CodeDeliveryService } from './codes/code-delivery.service.js';

/** Sends the codes, and deletes sessions, codes and counters that have expired. */
@Module({
  imports: [AuthModule, UsersModule],
  providers: [AuthChores, CodeDeliveryProcessor, CodeDeliveryService],
})
export class AuthWorkerModule {}
