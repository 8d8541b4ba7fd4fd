import { Module } from '@nestjs/common';
import { UsersModule } from '../../users/users.module.js';
import { ChallengesRepository } from '../codes/challenges.repository.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { SignInDeletionStep } from './sign-in-deletion.step.js';

/** What becomes of sessions and codes of a deleted account: in every process that deletes accounts. */
@Module({
  imports: [UsersModule],
  providers: [ChallengesRepository, SessionsRepository, SignInDeletionStep],
  exports: [ChallengesRepository, SessionsRepository],
})
export class SignInDeletionModule {}
