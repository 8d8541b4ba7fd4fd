import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  LanguageModel,
  ModelError,
  NotAsked,
  type GenerateEnd,
  type ModelErrorKind,
} from '../llm/language-model.js';
import type { ReplyErrorCode } from '../messages/message.entity.js';
import { LostClaim, ReplyLifecycle, type Claim, type Ending } from '../messages/reply-lifecycle.service.js';
import { FLUSH_MS, HEARTBEAT_MS, MAX_CLAIMS, MAX_TRIES } from '../messages/reply-policy.js';
import type { ReplyRef } from '../messages/reply-queue.js';
import { isOutage } from '../platform/database/outage.js';
import { Clock } from '../platform/clock/clock.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { backoffMs, putOffMs } from './backoff.js';
import { BYTES_PER_TOKEN, conversationTurns } from './conversation.js';

/** What becomes of the job: it is done, or it is due again later. */
export type Outcome = { done: true } | { done: false; delayMs: number };

/** 0.2 s, 0.4 s … up to 3 s apart, about 20 s in all: a restart of PostgreSQL. */
const END_WRITES = retry(handleWhen(isOutage), {
  maxAttempts: 10,
  backoff: new ExponentialBackoff({ initialDelay: 200, maxDelay: 3000 }),
});

const DONE: Outcome = { done: true };

const ERROR_OF: Record<Exclude<ModelErrorKind, 'aborted'>, ReplyErrorCode> = {
  unavailable: 'model_unavailable',
  rate_limited: 'model_rate_limited',
  rejected: 'model_rejected',
  timeout: 'model_timeout',
};

/** Makes one reply: claims it, asks the model, writes what comes, ends it. */
@Injectable()
export class ReplyMaker {
  private readonly logger = new Logger('ReplyMaker');
  private readonly running = new Set<AbortController>();
  private stopping = false;

  constructor(
    private readonly lifecycle: ReplyLifecycle,
    private readonly model: LanguageModel,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async make(reply: ReplyRef): Promise<Outcome> {
    const claim = await this.lifecycle.claim(reply);
    if (!claim) {
      const at = await this.lifecycle.dueAt(reply);
      const delayMs = at ? at.getTime() - this.clock.now().getTime() : 0;
      return delayMs > 0 ? { done: false, delayMs } : DONE;
    }
    try {
      return await this.answer(claim).catch((error: unknown) => {
        if (error instanceof ModelError) return this.afterModelError(claim, error);
        throw error;
      });
    } catch (error) {
      if (error instanceof LostClaim) return DONE;
      throw error;
    }
  }

  /** Aborts the running calls and hands their replies back, for another worker to begin at once. */
  stop(): void {
    this.stopping = true;
    for (const controller of this.running) controller.abort();
  }

  private async answer(claim: Claim): Promise<Outcome> {
    const deadline = claim.turnAt.getTime() + this.config.llm.replyDeadlineSeconds * 1000;
    if (claim.attempt - claim.putOffs >= MAX_CLAIMS * claim.generation) return this.failed(claim, 'internal');
    if (this.clock.now().getTime() >= deadline) return this.failed(claim, 'deadline_exceeded');

    const said = await this.lifecycle.saidBefore(claim, this.config.llm.contextTokenBudget * BYTES_PER_TOKEN);
    const controller = new AbortController();
    this.running.add(controller);
    if (this.stopping) controller.abort();
    const writer = new LiveText(this.lifecycle, claim, controller);
    const { llm } = this.config;
    try {
      const events = this.model.generate({
        model: claim.model ?? llm.models[0]!.id,
        systemPrompt: claim.systemPrompt,
        turns: conversationTurns(said, claim.systemPrompt, llm.contextTokenBudget),
        maxOutputTokens: llm.maxOutputTokens[claim.tier],
        signal: controller.signal,
      });
      for await (const event of events) {
        if (event.type === 'text') writer.append(event.text);
        else return await this.ended(claim, writer, event);
      }
      throw new ModelError('unavailable');
    } catch (error) {
      // Whoever aborted the call knows better why it ended than the call does.
      throw writer.lost ?? error;
    } finally {
      this.running.delete(controller);
      writer.stop();
    }
  }

  private async ended(claim: Claim, writer: LiveText, end: GenerateEnd): Promise<Outcome> {
    await writer.settle();
    if (writer.lost) throw writer.lost;
    // The model's thoughts ate the whole budget: an unanswered message costs nothing, and asking again would not help.
    if (end.finish === 'length' && writer.text === '') return this.failed(claim, 'model_rejected');
    await this.patiently(() => this.lifecycle.finish(claim, endingOf(writer.text, end)));
    return DONE;
  }

  private async afterModelError(claim: Claim, error: ModelError): Promise<Outcome> {
    if (error.kind === 'aborted') {
      await this.lifecycle.release(claim);
      return { done: false, delayMs: 0 };
    }
    // Hundreds may wait for one provider: what is to be known of it, those tell who asked it.
    const asked = !(error instanceof NotAsked);
    if (asked) this.logger.warn(`reply ${claim.id} attempt ${claim.attempt}: ${error.message}`);
    // No fault of the reply's: it waits as long as it takes, until its deadline.
    const putOff = !asked || error.namesItsWait;
    const delayMs = putOff
      ? putOffMs(error.retryAfterMs ?? 0)
      : backoffMs(claim.failures, error.retryAfterMs);
    const at = new Date(this.clock.now().getTime() + delayMs);
    const deadline = claim.turnAt.getTime() + this.config.llm.replyDeadlineSeconds * 1000;
    const usedUp = !putOff && claim.failures + 1 >= MAX_TRIES;
    if (!error.retriable || usedUp || at.getTime() >= deadline)
      return this.failed(claim, ERROR_OF[error.kind]);
    if (putOff) await this.lifecycle.putOff(claim, at);
    else await this.lifecycle.retryLater(claim, at);
    return { done: false, delayMs };
  }

  private async failed(claim: Claim, code: ReplyErrorCode): Promise<Outcome> {
    await this.patiently(() => this.lifecycle.fail(claim, code));
    return DONE;
  }

  /** A database that is away for seconds must not cost a second call of the model; the fence keeps a late write harmless. */
  private patiently(write: () => Promise<void>): Promise<void> {
    return END_WRITES.execute(write);
  }
}

/** What the end of the stream makes of the reply. */
export function endingOf(text: string, end: GenerateEnd): Ending {
  const base = { content: text, model: end.model, usage: end.usage };
  switch (end.finish) {
    case 'stop':
      return { ...base, status: 'completed', finishReason: 'stop', errorCode: null };
    case 'length':
      return { ...base, status: 'truncated', finishReason: 'length', errorCode: null };
    case 'safety':
    case 'recitation':
      return {
        ...base,
        status: 'blocked',
        finishReason: end.finish,
        errorCode: end.promptBlocked ? 'prompt_blocked' : end.finish,
      };
    case 'other':
      return {
        ...base,
        status: 'blocked',
        finishReason: 'error',
        errorCode: end.promptBlocked ? 'prompt_blocked' : 'other',
      };
  }
}

/** The text of one attempt: collected here, written for readers now and then, and never without the claim. */
class LiveText {
  text = '';
  /** Set when the reply was taken away: the call is aborted. */
  lost: LostClaim | null = null;
  private written = 0;
  private isWriting = false;
  private lastWriteMs = Date.now();
  private writing: Promise<void> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly lifecycle: ReplyLifecycle,
    private readonly claim: Claim,
    private readonly controller: AbortController,
  ) {
    this.timer = setInterval(() => this.tick(), FLUSH_MS);
  }

  /** PostgreSQL's text cannot hold NUL: with it every attempt would fail when it is written. */
  append(text: string): void {
    this.text += text.replaceAll('\0', '');
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Waits for a write that is under way: the end must be the last one. */
  async settle(): Promise<void> {
    this.stop();
    await this.writing;
  }

  private tick(): void {
    // A database that is slow must not be left a queue of writes, which the end would have to wait for.
    if (this.isWriting) return;
    const silentMs = Date.now() - this.lastWriteMs;
    if (this.text.length === this.written && silentMs < HEARTBEAT_MS) return;
    const length = this.text.length;
    this.lastWriteMs = Date.now();
    this.isWriting = true;
    this.writing = this.lifecycle
      .flush(this.claim, this.text)
      .then(() => {
        this.written = length;
      })
      .catch((error: unknown) => {
        // A database that is away costs the lease, not the answer: the end is written when it is back, or fenced off.
        if (!(error instanceof LostClaim)) return;
        this.lost = error;
        this.controller.abort();
      })
      .finally(() => {
        this.isWriting = false;
      });
  }
}
