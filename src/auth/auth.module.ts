import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { SignInDeletionStep } from './accounts/sign-in-deletion.step.js';
import { ChallengesRepository } from './codes/challenges.repository.js';
import { IdentitiesDeletionStep } from './issuers/identities-deletion.step.js';
import { IdentitiesRepository } from './issuers/identities.repository.js';
import { SignInNetworksRepository } from './networks/sign-in-networks.repository.js';
import { SessionsRepository } from './sessions/sessions.repository.js';

/** Storage of sessions, codes and identities, with their steps of an account's deletion. */
@Module({
  imports: [UsersModule],
  providers: [
    ChallengesRepository,
    IdentitiesDeletionStep,
    IdentitiesRepository,
    SessionsRepository,
    SignInDeletionStep,
    SignInNetworksRepository,
  ],
  exports: [ChallengesRepository, IdentitiesRepository, SessionsRepository, SignInNetworksRepository],
})
export class AuthModule {}
