import type { ProblemDto, TokensDto } from './api.types.js';
import { ChatError, errorOf, NetworkError, SignedOutError } from './errors.js';
import { Session } from './session.js';
import type { KeyValueStore } from './store.js';

/** Longer than the 25 s of `Prefer: wait`, and than two pings of a stream (one every 15 s). */
const SILENCE_MS = 40_000;
/** With waits that double from 0.1 s to 10 s these are about 25 s: a process that is replaced is back before. */
const ATTEMPTS = 9;
const LONGEST_WAIT_SECONDS = 60;

export interface Call {
  method: string;
  path: string;
  body?: object;
  headers?: Record<string, string>;
  /** Makes a repeat of a POST safe. */
  key?: string;
  signal?: AbortSignal;
}

export interface TransportOptions {
  url: string;
  fetch: typeof fetch;
  store: KeyValueStore;
  onSignedOut: () => void;
}

/**
 * Sends requests until the API responds: it refreshes tokens, waits as `Retry-After` says, and repeats requests that are
 * safe to repeat.
 */
export class Transport {
  readonly session: Session;

  constructor(private readonly options: TransportOptions) {
    this.session = new Session(options.store, (token) => this.refresh(token), options.onSignedOut);
  }

  /** @throws ChatError, NetworkError; the signal's reason */
  async json<T>(call: Call): Promise<T> {
    return this.send(call, async (response) =>
      response.status === 204 ? (undefined as T) : ((await response.json()) as T),
    );
  }

  /** @throws as {@link json} */
  text(call: Call): Promise<string> {
    return this.send(call, (response) => response.text());
  }

  /**
   * Opens a response whose body the caller reads.
   * @returns the response, and a function to call with every sign of life: without one the connection counts as dead
   */
  stream(call: Call): Promise<{ response: Response; isAlive: () => void; close: () => void }> {
    return this.send(call, async (response, connection) => ({ response, ...connection }), true);
  }

  private async send<T>(
    call: Call,
    read: (response: Response, connection: Connection) => Promise<T>,
    staysOpen = false,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      throwIfAborted(call.signal);
      const token = (await this.session.tokens())?.access_token;
      let failure: ChatError | NetworkError;
      const connection = connectionOf(call.signal);
      try {
        const response = await this.fetch(call, token, connection.signal);
        if (response.ok) {
          const result = await read(response, connection);
          if (!staysOpen) connection.close();
          return result;
        }
        failure = errorOf(response, await problemOf(response));
      } catch (error) {
        throwIfAborted(call.signal);
        failure = new NetworkError('The server could not be reached.', { cause: error });
      }
      connection.close();
      await this.recover(call, failure, attempt, token);
    }
  }

  private fetch({ method, path, body, headers, key }: Call, token: string | undefined, signal: AbortSignal) {
    const { fetch, url } = this.options;
    return fetch(url + path, {
      method,
      signal,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  /** Returns when the call may be sent again; throws the failure when it may not. */
  private async recover(
    call: Call,
    failure: ChatError | NetworkError,
    attempt: number,
    token?: string,
  ): Promise<void> {
    if (failure instanceof SignedOutError && token !== undefined) await this.session.end(token);
    if (attempt >= ATTEMPTS) throw failure;
    let seconds = Math.min(0.1 * 2 ** (attempt - 1), 10);
    if (failure instanceof NetworkError) {
      if (!isRepeatable(call)) throw failure;
    } else if (
      failure.code === 'token_expired' &&
      token !== undefined &&
      !call.path.startsWith('/auth/refresh')
    ) {
      return this.session.renew(token);
    } else if (failure.code === 'idempotency_in_progress') {
      // A concurrent request with the same key is running: its result is available in a moment.
    } else if ((failure.status === 429 && failure.code === 'rate_limited') || failure.status === 503) {
      seconds = failure.retryAfterSeconds ?? seconds;
      if (seconds > LONGEST_WAIT_SECONDS) throw failure;
    } else throw failure;
    await pause(seconds * (1 + Math.random() / 4), call.signal);
  }

  private refresh(refresh_token: string): Promise<TokensDto> {
    return this.json({ method: 'POST', path: '/auth/refresh', body: { refresh_token } });
  }
}

interface Connection {
  isAlive: () => void;
  close: () => void;
}

/** Ends a connection that is silent for too long; without `AbortSignal.timeout` and `any`, which React Native lacks. */
function connectionOf(signal?: AbortSignal): Connection & { signal: AbortSignal } {
  const controller = new AbortController();
  const abort = () => controller.abort();
  signal?.addEventListener('abort', abort);
  let timer = setTimeout(abort, SILENCE_MS);
  return {
    signal: controller.signal,
    isAlive: () => {
      clearTimeout(timer);
      timer = setTimeout(abort, SILENCE_MS);
    },
    close: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      abort();
    },
  };
}

/**
 * A lost response says nothing about the result: only these requests may be sent again. A refresh token may be presented
 * twice.
 */
const isRepeatable = ({ method, path, key }: Call): boolean =>
  method !== 'POST' || key !== undefined || path === '/auth/refresh';

async function problemOf(response: Response): Promise<Partial<ProblemDto>> {
  // A proxy's answer is no problem of ours.
  return response.json().catch(() => ({})) as Promise<Partial<ProblemDto>>;
}

/** @throws the signal's reason */
export const pause = (seconds: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      if (signal?.aborted) reject((signal.reason as Error | undefined) ?? new Error('aborted'));
      else resolve();
    };
    const timer = setTimeout(end, seconds * 1000);
    signal?.addEventListener('abort', end);
  });

/** As the method of that name, which React Native's signals lack. */
export function throwIfAborted(signal?: AbortSignal): void {
  if (signal?.aborted) throw (signal.reason as Error | undefined) ?? new Error('aborted');
}
