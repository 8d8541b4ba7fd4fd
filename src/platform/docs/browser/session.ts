import { textAt } from './call.js';

type Send = (url: string, request: RequestInit) => Promise<Response>;

/**
 * The signed-in session of this page. Keeps the refresh token in memory while the page is open, never in storage, and
 * uses it only on `token_expired`, as the API says.
 */
export class Session {
  private refreshToken: string | null = null;
  private refreshing: Promise<string | null> | null = null;

  constructor(
    private readonly send: Send,
    /** Callback for each new access token; null: signed out. */
    private readonly onToken: (accessToken: string | null) => void,
  ) {}

  /** Takes the tokens of a response of any operation. */
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

  /** Sends a request; sends it again with a new token if the token has expired. */
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
      // Other failures may be temporary: the next request with the old token tries again.
      if (response.status === 401) this.refreshToken = null;
      this.learn(answer);
      return textAt(answer, 'access_token');
    } finally {
      this.refreshing = null;
    }
  }
}
