import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerPlan, Step } from './answer-plan.js';
import type { CallLog, GeminiCall } from './call-log.js';
import { joinChunks, toResponse, type AnswerChunk, type AnswerHead } from './gemini-response.js';

/** Form of a response: complete, as server-sent events, or as one growing JSON array (without `alt=sse`). */
export type Framing = 'unary' | 'sse' | 'array';

/** A flood ends here, if its caller never goes: more than any caller should take. */
const FLOOD_BYTES = 64 * 1024 * 1024;
const FLOOD_PIECE = 'flood '.repeat(10_000);
/** A comment every so often while a request is queued. */
const COMMENT_MS = 250;

/** A response that is being sent. */
export class AnswerPlayer {
  private readonly gone = new AbortController();
  private readonly held: AnswerChunk[] = [];
  private release: (() => void) | null = null;
  private frames = 0;

  constructor(
    private readonly response: ServerResponse,
    private readonly framing: Framing,
    private readonly head: AnswerHead,
    readonly call: GeminiCall,
    private readonly log: CallLog,
  ) {
    response.once('close', () => this.gone.abort());
  }

  /** Continues a response that hangs. */
  resume(): void {
    this.release?.();
  }

  /** Plays the plan to its end, or until the caller disconnects. Never rejects. */
  async play(plan: AnswerPlan): Promise<void> {
    try {
      await this.pause(plan.firstDelayMs);
      if (plan.refusal) this.answer(plan.refusal.code, JSON.stringify(plan.refusal.toBody()));
      else {
        await this.queue(plan.queuedMs);
        for (const [i, step] of plan.steps.entries()) {
          if (i > 0) await this.pause(plan.chunkDelayMs);
          if (await this.take(step)) break;
        }
        this.finish();
      }
    } catch (error) {
      if (!this.gone.signal.aborted) this.response.destroy(error as Error);
    }
    const aborted = !this.response.writableEnded && plan.outcome !== 'cut';
    this.log.update(this.call, { endedAt: new Date(), hanging: false, aborted });
  }

  /** @returns whether nothing may follow */
  private async take(step: Step): Promise<boolean> {
    switch (step.type) {
      case 'chunk':
        if (this.framing === 'unary') this.held.push(step.chunk);
        else await this.frame(JSON.stringify(toResponse(this.head, step.chunk)));
        if (step.chunk.text) this.log.update(this.call, { chunksSent: this.call.chunksSent + 1 });
        return false;
      case 'raw':
        if (this.framing === 'unary') this.answer(200, step.data);
        else await this.frame(step.data);
        return true;
      case 'hang':
        await this.hang();
        return false;
      case 'cut':
        this.response.destroy();
        return true;
      case 'flood':
        await this.flood(step.of);
        return true;
    }
  }

  /** Writes for as long as the caller reads. */
  private async flood(of: 'text' | 'line' | 'silence'): Promise<void> {
    const usage = { candidatesTokens: 1, thoughtTokens: 1, replaced: {} };
    const piece = of === 'silence' ? { thought: FLOOD_PIECE, usage } : { text: FLOOD_PIECE, usage };
    const event = JSON.stringify(toResponse(this.head, piece));
    // One event without an end: the beginning of its text, then more text until the caller disconnects.
    if (of === 'line') await this.frame(event.slice(0, event.indexOf(FLOOD_PIECE)), '');
    const { signal } = this.gone;
    // A write to a disconnected caller may never call back.
    const gone = new Promise<void>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    gone.catch(() => undefined);
    for (let bytes = 0; bytes < FLOOD_BYTES; bytes += FLOOD_PIECE.length) {
      signal.throwIfAborted();
      await Promise.race([of === 'line' ? this.write(FLOOD_PIECE) : this.frame(event), gone]);
      this.log.update(this.call, { bytesFlooded: bytes });
    }
  }

  /** Says that it lives, and nothing else. */
  private async queue(ms: number): Promise<void> {
    if (this.framing !== 'sse') return this.pause(ms);
    for (let left = ms; left > 0; left -= COMMENT_MS) {
      this.begin();
      await this.write(': queued\r\n\r\n');
      await this.pause(Math.min(left, COMMENT_MS));
    }
  }

  private finish(): void {
    if (this.response.writableEnded || this.response.destroyed) return;
    if (this.framing === 'unary')
      this.answer(200, JSON.stringify(toResponse(this.head, joinChunks(this.held))));
    else this.response.end(this.framing === 'array' ? ']' : '');
  }

  private answer(status: number, body: string): void {
    this.response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' }).end(body);
  }

  private frame(json: string, end = '\r\n\r\n'): Promise<void> {
    this.begin();
    const text =
      this.framing === 'sse' ? `data: ${json}${end}` : `${this.frames === 0 ? '[' : ',\r\n'}${json}`;
    this.frames += 1;
    return this.write(text);
  }

  private begin(): void {
    if (this.response.headersSent) return;
    const type = this.framing === 'sse' ? 'text/event-stream' : 'application/json; charset=UTF-8';
    this.response.writeHead(200, { 'content-type': type });
  }

  /** Resolves when the bytes are with the operating system: a cut right after them does not swallow them. */
  private write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.response.write(text, (error) => (error ? reject(error) : resolve()));
    });
  }

  private async hang(): Promise<void> {
    const { signal } = this.gone;
    const over = new Promise<void>((resolve, reject) => {
      this.release = resolve;
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    signal.throwIfAborted();
    if (this.framing !== 'unary' && !this.response.headersSent) this.response.flushHeaders();
    this.log.update(this.call, { hanging: true });
    await over;
    this.log.update(this.call, { hanging: false });
  }

  private async pause(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.gone.signal });
    this.gone.signal.throwIfAborted();
  }
}
