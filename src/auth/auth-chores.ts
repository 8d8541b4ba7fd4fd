import { Injectable } from '@nestjs/common';
import { Chores } from '../platform/maintenance/chores.js';
import { ChallengesRepository } from './codes/challenges.repository.js';
import { IdentitiesRepository } from './issuers/identities.repository.js';
import { SignInNetworksRepository } from './networks/sign-in-networks.repository.js';
import { NETWORK_KEPT_MS } from './networks/sign-in-networks.service.js';
import { SessionsRepository } from './sessions/sessions.repository.js';

/** Longer than any access token lives (ACCESS_TOKEN_TTL_SECONDS is at most a day): until then a revocation must be readable. */
const KEEP_SESSIONS_MS = 2 * 24 * 3600 * 1000;
/** Longer than any token of a trusted issuer lives (24 hours), with room for clocks that differ. */
const KEEP_ENDED_IDENTITIES_MS = 25 * 3600 * 1000;
/** For whoever looks into a complaint about a code. */
const KEEP_CHALLENGES_MS = 3600 * 1000;

/** Deletes what signing in leaves behind: codes, sessions, networks. */
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
      name: 'networks of long ago',
      run: (now) => networks.purge(new Date(now.getTime() - NETWORK_KEPT_MS)),
    });
  }
}
