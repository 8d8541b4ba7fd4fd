import type { Random } from './random.js';

/** A response; null without one: the connection broke, or the time was over. */
export type MaybeAnswer = Answer | null;

export interface Answer {
  status: number;
  headers: Headers;
  // Looked into here and there; the e2e suite holds every answer against openapi.json.
  // oxlint-disable-next-line typescript/no-explicit-any -- because of the line above
  body: any;
}

/** Longer than any requested wait; a client that received nothing for this long asks another process. */
const PATIENCE_MS = 12_000;

/** Sends requests to any of the API processes, as a load balancer without health checks would. */
export class Requests {
  /** Requests without a response after {@link PATIENCE_MS}. */
  unanswered = 0;

  constructor(
    private readonly urls: readonly string[],
    private readonly random: Random,
  ) {}

  anyUrl(): string {
    return this.random.pick(this.urls);
  }

  get(path: string, token: string, headers: Record<string, string> = {}): Promise<MaybeAnswer> {
    return this.ask('GET', path, token, headers);
  }

  post(
    path: string,
    token: string,
    body: object,
    headers: Record<string, string> = {},
  ): Promise<MaybeAnswer> {
    return this.ask('POST', path, token, { ...headers, 'content-type': 'application/json' }, body);
  }

  put(path: string, token: string, body: object): Promise<MaybeAnswer> {
    return this.ask('PUT', path, token, { 'content-type': 'application/json' }, body);
  }

  private async ask(
    method: string,
    path: string,
    token: string,
    headers: Record<string, string>,
    body?: object,
  ): Promise<MaybeAnswer> {
    try {
      const response = await fetch(this.anyUrl() + path, {
        method,
        headers: { ...headers, authorization: `Bearer ${token}` },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : null };
    } catch (error) {
      if ((error as Error).name === 'TimeoutError') this.unanswered += 1;
      return null;
    }
  }
}
