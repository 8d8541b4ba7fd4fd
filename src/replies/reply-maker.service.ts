import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  LanguageModel,
  ModelError,
  NotAsked,
  type GenerateEnd,
  type GenerateRequest,
  type ModelErrorKind,
} from '../llm/language-model.js';
import type { ReplyErrorCode } from '../messages/message.entity.js';
import { LostClaim, ReplyLifecycle, type Claim, type Ending } from '../messages/reply-lifecycle.service.js';
import { MAX_CLAIMS, MAX_TRIES } from '../messages/reply-policy.js';
import type { ReplyRef } from '../messages/reply-queue.js';
import { Bus } from '../platform/bus/bus.js';
import { isOutage } from '../platform/database/outage.js';
import { TextPublisher } from '../platform/stream/text-publisher.js';
import { Clock } from '../platform/clock/clock.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { modelFor } from '../platform/config/model-catalogue.js';
import { backoffMs, putOffMs } from './backoff.js';
import { BYTES_PER_TOKEN, conversationTurns } from './conversation.js';
import { LiveText } from './live-text.js';

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

/** One call of the model. */
class Call extends AbortController {
  /** Did its person ask for it to end where it is? */
  stopped = false;

  /** Ends the call; what it has said stays. */
  stop(): void {
    this.stopped = true;
    this.abort();
  }
}

/** Makes one reply: claims it, asks the model, writes what comes, ends it. */
@Injectable()
export class ReplyMaker {
  private readonly logger = new Logger('ReplyMaker');
  /** By reply. */
  private readonly running = new Map<string, Call>();
  private stopping = false;

  constructor(
    private readonly lifecycle: ReplyLifecycle,
    private readonly model: LanguageModel,
    private readonly publisher: TextPublisher,
    private readonly clock: Clock,
    bus: Bus,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    bus.on('reply.stop', ({ replyId }) => this.running.get(replyId)?.stop());
  }

  async make(reply: ReplyRef): Promise<Outcome> {
    const claim = await this.lifecycle.claim(reply);
    if (!claim) {
      const delayMs = await this.lifecycle.dueInMs(reply);
      return delayMs === null ? DONE : { done: false, delayMs };
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
    for (const call of this.running.values()) call.abort();
  }

  private async answer(claim: Claim): Promise<Outcome> {
    const deadline = claim.turnAt.getTime() + this.config.llm.replyDeadlineSeconds * 1000;
    if (claim.stopRequested) return this.stopped(claim, claim.content, null);
    if (isPoison(claim)) return this.failed(claim, 'internal');
    if (this.clock.now().getTime() >= deadline) return this.failed(claim, 'deadline_exceeded');

    const call = new Call();
    this.running.set(claim.id, call);
    if (this.stopping) call.abort();
    const writer = new LiveText(this.lifecycle, this.publisher, claim, call, () => call.stop());
    let answeredBy: string | null = null;
    try {
      for await (const event of this.model.generate(await this.request(claim, call.signal))) {
        if (event.type === 'end') return await this.ended(claim, writer, event);
        answeredBy = event.model;
        writer.append(event.text);
      }
      throw new ModelError('unavailable');
    } catch (error) {
      // Text that is still on its way to the row must not come after what ends this attempt.
      await writer.settle();
      // Whoever aborted the call knows better why it ended than the call does.
      if (writer.lost) throw writer.lost;
      if (!call.stopped) throw error;
      return await this.stopped(claim, writer.text, answeredBy);
    } finally {
      this.running.delete(claim.id);
      writer.stop();
    }
  }

  private async request(claim: Claim, signal: AbortSignal): Promise<GenerateRequest> {
    const { llm } = this.config;
    const said = await this.lifecycle.saidBefore(claim, llm.contextTokenBudget * BYTES_PER_TOKEN);
    // Asked for when it is used: the tier is the claim's, so a model goes with the tier that had it.
    const { id: model, provider } = modelFor(llm.models, claim.model, claim.tier);
    return {
      model,
      provider,
      systemPrompt: claim.systemPrompt,
      turns: conversationTurns(said, claim.systemPrompt, llm.contextTokenBudget),
      maxOutputTokens: llm.maxOutputTokens[claim.tier],
      signal,
    };
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

  /** Its person has read enough: what it said stays, and so does its unit. */
  private async stopped(claim: Claim, content: string, model: string | null): Promise<Outcome> {
    const ending = { status: 'stopped', finishReason: 'stopped', errorCode: null, usage: null } as const;
    await this.patiently(() => this.lifecycle.finish(claim, { ...ending, content, model }));
    return DONE;
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

/** Was it claimed so often that it must be what kills its workers? Each retry has raised the attempt without a claim. */
function isPoison({ attempt, generation, putOffs }: Claim): boolean {
  const retries = generation - 1;
  return attempt - retries - putOffs >= MAX_CLAIMS * generation;
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
    case 'technical':
      // What was said stays; that more was coming is what `truncated` says.
      return { ...base, status: 'truncated', finishReason: 'error', errorCode: null };
    case 'policy':
      return {
        ...base,
        status: 'blocked',
        finishReason: 'error',
        errorCode: end.promptBlocked ? 'prompt_blocked' : 'other',
      };
  }
}
