import { Inject, Injectable } from '@nestjs/common';
import { RevocationsService } from '../../auth/sessions/revocations.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Keys } from '../../platform/crypto/keys.js';
import type { Principal } from '../../platform/http/principal.js';
import { UsersService } from '../../users/users.service.js';
import { pageCookie, readPageCookie } from './page-session.js';

/** An open panel asks again after half of it. As long as a fresh session, so that a copied cookie is soon worth nothing. */
const PAGE_SESSION_SECONDS = 600;

/**
 * Lets admins load the panel's files. A browser's navigation carries no bearer token, so a signed-in admin gets a short
 * cookie for the files alone; routes under `/admin/api` accept the bearer token only.
 */
@Injectable()
export class PageSessions {
  constructor(
    private readonly users: UsersService,
    private readonly revocations: RevocationsService,
    private readonly keys: Keys,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @returns the cookie, and when it ends */
  open({ userId, sessionId }: Principal): { cookie: string; expiresAt: Date } {
    const expiresAtMs = this.clock.now().getTime() + PAGE_SESSION_SECONDS * 1000;
    const cookie = pageCookie({ userId, sessionId, expiresAtMs }, this.keys.current('admin-pages'), {
      maxAgeSeconds: PAGE_SESSION_SECONDS,
      secure: this.config.http.appUrl?.startsWith('https:') ?? false,
    });
    return { cookie, expiresAt: new Date(expiresAtMs) };
  }

  /**
   * Whether a request with this `Cookie` header may load a file of the panel: its session is live, and its user is an admin
   * now. Both are read from the database; a request without a valid cookie costs no statement.
   */
  async admits(cookies: string | undefined): Promise<boolean> {
    const session = readPageCookie(cookies, this.keys.all('admin-pages'), this.clock.now().getTime());
    if (!session || (await this.revocations.hasEnded(session.sessionId))) return false;
    return this.users.isAdmin(session.userId);
  }
}
