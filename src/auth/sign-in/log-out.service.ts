import { Injectable } from '@nestjs/common';
import { Keys } from '../../platform/crypto/keys.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { readRefreshToken } from '../tokens/refresh-token.js';
import { TokensService } from '../tokens/tokens.service.js';

/** Logging out always works: with either token, old or expired, and with none. */
@Injectable()
export class LogOutService {
  constructor(
    private readonly sessions: SessionsService,
    private readonly tokens: TokensService,
    private readonly keys: Keys,
  ) {}

  /** Ends the session of the refresh token, or else of the access token; of neither, nothing happens. */
  async logOut(refreshToken: string | undefined, accessToken: string | null): Promise<void> {
    const sessionId =
      (refreshToken === undefined ? null : readRefreshToken(this.keys, refreshToken)?.sessionId) ??
      (accessToken === null ? null : this.tokens.read(accessToken)?.sid);
    if (sessionId) await this.sessions.endPresented(sessionId);
  }
}
