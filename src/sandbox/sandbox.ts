import { AdjustableClock } from '../platform/clock/clock.js';
import type { World } from '../platform/config/sandbox-worlds.js';
import { SANDBOX_API_KEY } from './gemini/api-key.js';
import { GeminiSandbox } from './gemini/gemini-sandbox.js';

/** The local stand-ins of one process, running. */
export class Sandbox {
  readonly clock = new AdjustableClock();

  private constructor(
    readonly worlds: readonly World[],
    /** Null where a real model answers. */
    readonly gemini: GeminiSandbox | null,
  ) {}

  /** Starts what stands in for `worlds`, on loopback. */
  static async start(worlds: readonly World[]): Promise<Sandbox> {
    const gemini = worlds.includes('llm') ? new GeminiSandbox() : null;
    await gemini?.listen();
    return new Sandbox(worlds, gemini);
  }

  /** Where the language model's client finds the Gemini sandbox. */
  get geminiEndpoint(): { baseUrl: string; apiKey: string } | null {
    return this.gemini && { baseUrl: this.gemini.url, apiKey: SANDBOX_API_KEY };
  }

  async stop(): Promise<void> {
    await this.gemini?.close();
  }
}
