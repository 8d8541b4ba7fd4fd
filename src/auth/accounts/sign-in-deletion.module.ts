import { Module } from '@nestjs/common';
import { UsersModule } from '../../users/users.module.js';
import { ChallengesRepository } from '../codes/challenges.repository.js';
import { IdentitiesDeletionStep } from '../issuers/identities-deletion.step.js';
import { IdentitiesRepository } from '../issuers/identities.repository.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { SignInDeletionStep } from './sign-in-deletion.step.js';

/** What becomes of sessions, codes and identities of a deleted account: in every process that deletes accounts. */
@Module({
  imports: [UsersModule],
  providers: [
    ChallengesRepository,
    IdentitiesDeletionStep,
    IdentitiesRepository,
    SessionsRepository,
    SignInDeletionStep,
  ],
  exports: [ChallengesRepository, IdentitiesRepository, SessionsRepository],
})
export class SignInDeletionModule {}
