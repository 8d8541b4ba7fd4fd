import { Injectable } from '@nestjs/common';
import { Chores } from '../platform/maintenance/chores.js';
import { ChallengesRepository } from './codes/challenges.repository.js';
import { IdentitiesRepository } from './issuers/identities.repository.js';
import { SignInNetworksRepository } from './networks/sign-in-networks.repository.js';
import { NETWORK_KEPT_MS } from './networks/sign-in-networks.service.js';
import { SessionsRepository } from './sessions/sessions.repository.js';

/** Longer than the longest life of an access token (a day, ACCESS_TOKEN_TTL_SECONDS): a revocation must stay readable that long. */
const KEEP_SESSIONS_MS = 2 * 24 * 3600 * 1000;
/** Longer than the longest life of a trusted issuer's token (24 hours), with room for different clocks. */
const KEEP_ENDED_IDENTITIES_MS = 25 * 3600 * 1000;
/** Kept an hour past their end, for complaints about a code. */
const KEEP_CHALLENGES_MS = 3600 * 1000;

/** Deletes expired codes, sessions and networks. */
@Injectable()
export class AuthChores {
  constructor(
    chores: Chores,
    challenges: ChallengesRepository,
    sessions: SessionsRepository,
    identities: IdentitiesRepository,
    networks: SignInNetworksRepository,
  ) {
    chores.register({
      name: 'expired codes',
      run: (now) => challenges.purge(new Date(now.getTime() - KEEP_CHALLENGES_MS)),
    });
    chores.register({
      name: 'ended sessions',
      run: (now) => sessions.purge(new Date(now.getTime() - KEEP_SESSIONS_MS)),
    });
    chores.register({
      name: 'ended identities',
      run: (now) => identities.purgeEnded(new Date(now.getTime() - KEEP_ENDED_IDENTITIES_MS)),
    });
    chores.register({
      name: 'expired home networks',
      run: (now) => networks.purge(new Date(now.getTime() - NETWORK_KEPT_MS)),
    });
  }
}
