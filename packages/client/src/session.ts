import type { TokensDto } from './api.types.js';
import { SignedOutError } from './errors.js';
import type { KeyValueStore } from './store.js';

export type Tokens = Pick<TokensDto, 'access_token' | 'refresh_token'>;

/** The store's key of the tokens: a page hears of a sign-out in another tab by its `storage` event. */
export const TOKENS_KEY = 'chat.tokens';

/** The tokens of the signed-in user. One refresh serves all requests with an expired token. */
export class Session {
  private refreshing: Promise<void> | null = null;

  /**
   * @param store shared by tabs: a token that another tab has refreshed is found there
   * @param refresh asks the API for new tokens
   */
  constructor(
    private readonly store: KeyValueStore,
    private readonly refresh: (refreshToken: string) => Promise<Tokens>,
    private readonly onSignedOut: () => void,
  ) {}

  async tokens(): Promise<Tokens | null> {
    const text = await this.store.getItem(TOKENS_KEY);
    return text === null ? null : (JSON.parse(text) as Tokens);
  }

  /** Id of the signed-in user, as the access token names it; null without one. */
  async userId(): Promise<string | null> {
    const tokens = await this.tokens();
    return tokens && subjectOf(tokens.access_token);
  }

  async keep({ access_token, refresh_token }: Tokens): Promise<void> {
    await this.store.setItem(TOKENS_KEY, JSON.stringify({ access_token, refresh_token }));
  }

  /** Discards the tokens, if they are still those that the API has refused. */
  async end(refused?: string): Promise<void> {
    const tokens = await this.tokens();
    if (!tokens || (refused !== undefined && ![tokens.access_token, tokens.refresh_token].includes(refused)))
      return;
    await this.store.removeItem(TOKENS_KEY);
    this.onSignedOut();
  }

  /** Replaces an access token that has expired. */
  renew(expired: string): Promise<void> {
    this.refreshing ??= this.locked(() => this.renewOnce(expired)).finally(() => (this.refreshing = null));
    return this.refreshing;
  }

  /** A `localStorage` has no lock, but may have an entry of that name. */
  private locked(work: () => Promise<void>): Promise<void> {
    return typeof this.store.lock === 'function' ? this.store.lock(work) : work();
  }

  private async renewOnce(expired: string): Promise<void> {
    const tokens = await this.tokens();
    // Another request or another tab has refreshed, or the person has signed out.
    if (!tokens || tokens.access_token !== expired) return;
    try {
      const renewed = await this.refresh(tokens.refresh_token);
      // Signed out meanwhile: the new tokens must not bring the session back.
      if ((await this.tokens())?.refresh_token === tokens.refresh_token) await this.keep(renewed);
    } catch (error) {
      if (error instanceof SignedOutError) await this.end(tokens.refresh_token);
      throw error;
    }
  }
}

/** The `sub` of a JWT; null for any other token. */
function subjectOf(token: string): string | null {
  try {
    const claims = atob(token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/'));
    return (JSON.parse(claims) as { sub?: string }).sub ?? null;
  } catch {
    return null;
  }
}
