import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that the stub received. */
export interface StubRequest {
  url: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
  /** Settles when the answer ended: `true` when the caller closed the connection before that. */
  aborted: Promise<boolean>;
}

type Answer = (response: ServerResponse) => void;

/** A server with the part of OpenAI's chat protocol that the provider's tests need. */
export class OpenAiStub {
  readonly requests: StubRequest[] = [];
  private readonly answers: Answer[] = [];
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
        const aborted = new Promise<boolean>((resolve) => {
          response.once('close', () => resolve(!response.writableEnded));
        });
        this.requests.push({ url: request.url ?? '', headers: request.headers, body, aborted });
        this.answers.shift()?.(response);
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/openai/v1`;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Answers the next request with this. */
  next(answer: Answer): void {
    this.answers.push(answer);
  }

  /**
   * Answers the next request with these server-sent events, then runs `finish` (default: a regular end). A string that
   * begins with a colon is sent as a comment.
   */
  nextStream(events: (object | string)[], finish: Answer = (response) => response.end()): void {
    this.next((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const lines = events.map((event) => {
        if (typeof event !== 'string') return `data: ${JSON.stringify(event)}`;
        return event.startsWith(':') ? event : `data: ${event}`;
      });
      response.write(lines.map((line) => `${line}\n\n`).join(''), () => finish(response));
    });
  }

  /** Answers the next request with this error. */
  nextError(status: number, headers: Record<string, string> = {}, body: object = {}): void {
    this.next((response) => {
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body));
    });
  }
}

/** A chunk of a chat completion. */
export function piece(content: string | null, finishReason: string | null = null): object {
  return {
    id: 'c1',
    object: 'chat.completion.chunk',
    model: 'stub-model-0613',
    choices: [{ index: 0, delta: content === null ? {} : { content }, finish_reason: finishReason }],
  };
}
