import type { SandboxRequest } from './gemini-request.js';
import type { Outcome } from './gemini-script.js';

/** A call that the sandbox received. Never its key. */
export interface GeminiCall extends SandboxRequest {
  id: number;
  method: 'generateContent' | 'streamGenerateContent';
  model: string;
  /** Path and query as received. */
  url: string;
  /** Status of the response. */
  outcome: Outcome;
  startedAt: Date;
  endedAt: Date | null;
  /** Number of text chunks sent. */
  chunksSent: number;
  /** Bytes of a `flood` that the caller has read, or that wait for it in buffers. */
  bytesFlooded: number;
  /** Is it silent by a `hang`? */
  hanging: boolean;
  /** Did the caller go before the answer was complete? */
  aborted: boolean;
}

type Waiter = { predicate: (call: GeminiCall) => boolean; resolve: (call: GeminiCall) => void };

/** Keeps the newest calls, and notifies callers that wait for one. */
export class CallLog {
  private readonly entries: GeminiCall[] = [];
  private readonly waiters = new Set<Waiter>();
  private count = 0;

  constructor(private readonly size: number) {}

  get calls(): readonly GeminiCall[] {
    return this.entries;
  }

  open(
    fields: Pick<GeminiCall, 'method' | 'model' | 'url' | 'outcome'>,
    request: SandboxRequest,
  ): GeminiCall {
    this.count += 1;
    const call: GeminiCall = {
      ...request,
      ...fields,
      id: this.count,
      startedAt: new Date(),
      endedAt: null,
      chunksSent: 0,
      bytesFlooded: 0,
      hanging: false,
      aborted: false,
    };
    this.entries.push(call);
    if (this.entries.length > this.size) this.entries.shift();
    this.tell(call);
    return call;
  }

  update(call: GeminiCall, change: Partial<GeminiCall>): void {
    Object.assign(call, change);
    this.tell(call);
  }

  /** Resolves with the first call, past or future, that satisfies the predicate. */
  waitFor(predicate: (call: GeminiCall) => boolean): Promise<GeminiCall> {
    const found = this.entries.find(predicate);
    if (found) return Promise.resolve(found);
    return new Promise((resolve) => this.waiters.add({ predicate, resolve }));
  }

  clear(): void {
    this.entries.length = 0;
  }

  private tell(call: GeminiCall): void {
    for (const waiter of this.waiters) {
      if (!waiter.predicate(call)) continue;
      this.waiters.delete(waiter);
      waiter.resolve(call);
    }
  }
}
