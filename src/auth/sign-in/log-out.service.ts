import { Injectable } from '@nestjs/common';
import { Keys } from '../../platform/crypto/keys.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { readRefreshToken } from '../tokens/refresh-token.js';
import { TokensService } from '../tokens/tokens.service.js';

/** Logs out. Always succeeds: with either token, old or expired, and without one. */
@Injectable()
export class LogOutService {
  constructor(
    private readonly sessions: SessionsService,
    private readonly tokens: TokensService,
    private readonly keys: Keys,
  ) {}

  /** Ends the session of the refresh token, else of the access token; without either does nothing. */
  async logOut(refreshToken: string | undefined, accessToken: string | null): Promise<void> {
    const sessionId =
      (refreshToken === undefined ? null : readRefreshToken(this.keys, refreshToken)?.sessionId) ??
      (accessToken === null ? null : this.tokens.read(accessToken)?.sid);
    if (sessionId) await this.sessions.endPresented(sessionId);
  }
}
