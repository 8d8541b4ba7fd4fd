import Fastify, { type FastifyInstance } from 'fastify';
import { CallLog, type GeminiCall } from './call-log.js';
import type { AnswerPlayer } from './answer-player.js';
import { geminiRoutes } from './gemini-routes.js';
import type { GeminiScript } from './gemini-script.js';
import { ScriptBook } from './script-book.js';

/** How a sandbox is set up. */
export interface GeminiSandboxOptions {
  /** Default pause before each chunk, in milliseconds; 15 by default, so that streaming is visible. */
  chunkDelayMs?: number;
  /** How many calls are remembered; default 500. */
  rememberedCalls?: number;
}

/**
 * A stand-in for the Gemini API that speaks its wire protocol on a local address. Without a script it gives a friendly
 * answer that is deterministic for the same request; scripts and words in the message cause failures. Its only key is
 * SANDBOX_API_KEY.
 */
export class GeminiSandbox {
  private readonly book = new ScriptBook();
  private readonly log: CallLog;
  private readonly players = new Set<AnswerPlayer>();
  private readonly chunkDelayMs: number;
  private server: FastifyInstance | null = null;
  private address: string | null = null;

  constructor({ chunkDelayMs = 15, rememberedCalls = 500 }: GeminiSandboxOptions = {}) {
    this.chunkDelayMs = chunkDelayMs;
    this.log = new CallLog(rememberedCalls);
  }

  /** Base URL without a trailing slash, as a client's base URL wants it. */
  get url(): string {
    if (this.address === null) throw new Error('the Gemini sandbox is not listening');
    return this.address;
  }

  /** The newest calls, oldest first. */
  get calls(): readonly GeminiCall[] {
    return this.log.calls;
  }

  /** How many requests the waiting scripts still serve. */
  get pendingScripts(): number {
    return this.book.pending;
  }

  /**
   * Starts to listen; port 0 selects a free port.
   * @returns the base URL
   */
  async listen({ port = 0, host = '127.0.0.1' }: { port?: number; host?: string } = {}): Promise<string> {
    // Hanging answers must not hold up close().
    const server = Fastify({
      forceCloseConnections: true,
      bodyLimit: 20 * 1024 * 1024, // the real API's limit of a request
      routerOptions: { maxParamLength: 300 },
    });
    const { book, log, players, chunkDelayMs } = this;
    await server.register(geminiRoutes({ book, log, players, chunkDelayMs }));
    this.address = await server.listen({ port, host });
    this.server = server;
    return this.address;
  }

  /** Stops listening and drops every open connection. */
  async close(): Promise<void> {
    await this.server?.close();
    this.server = null;
    this.address = null;
  }

  /** Adds scripts; they are used up in their order. @throws RangeError when 1000 are waiting already */
  script(scripts: GeminiScript | readonly GeminiScript[]): void {
    this.book.add([scripts].flat());
  }

  /** Continues hanging answers: those whose newest user text contains `match`, or all. */
  release(match = ''): void {
    for (const player of this.players) if (player.call.lastUserText.includes(match)) player.resume();
  }

  /** Resolves with the first call, past or future, that satisfies the predicate, without a timeout. */
  waitForCall(predicate: (call: GeminiCall) => boolean): Promise<GeminiCall> {
    return this.log.waitFor(predicate);
  }

  /** Forgets all scripts and calls. */
  reset(): void {
    this.book.clear();
    this.log.clear();
  }
}
