import { textAt } from './call.js';

type Send = (url: string, request: RequestInit) => Promise<Response>;

/**
 * The signed-in session of this page. Knows the refresh token while the page is open (never stored), and uses it on
 * `token_expired`, the one answer on which the API says to.
 */
export class Session {
  private refreshToken: string | null = null;
  private refreshing: Promise<string | null> | null = null;

  constructor(
    private readonly send: Send,
    /** Told of each new access token; null: signed out. */
    private readonly onToken: (accessToken: string | null) => void,
  ) {}

  /** Takes the tokens of an answer, whichever operation gave them. */
  learn(answer: unknown): void {
    const accessToken = textAt(answer, 'access_token');
    if (accessToken === null) return;
    this.refreshToken = textAt(answer, 'refresh_token');
    this.onToken(accessToken);
  }

  end(): void {
    this.refreshToken = null;
    this.onToken(null);
  }

  /** Sends a request; once more, with a new token, when the token has expired. */
  fetch: Send = async (url, request) => {
    const response = await this.send(url, request);
    if (response.status !== 401 || this.refreshToken === null) return response;
    const problem: unknown = await response
      .clone()
      .json()
      .catch(() => null);
    if (textAt(problem, 'code') !== 'token_expired') return response;
    const token = await (this.refreshing ??= this.refresh());
    if (token === null) return response;
    return this.send(url, {
      ...request,
      headers: { ...(request.headers as Record<string, string>), Authorization: `Bearer ${token}` },
    });
  };

  private async refresh(): Promise<string | null> {
    try {
      const response = await this.send('/auth/refresh', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ refresh_token: this.refreshToken }),
      });
      const answer: unknown = response.ok ? await response.json() : null;
      // Anything else may pass: the next request that meets the old token tries again.
      if (response.status === 401) this.refreshToken = null;
      this.learn(answer);
      return textAt(answer, 'access_token');
    } finally {
      this.refreshing = null;
    }
  }
}
