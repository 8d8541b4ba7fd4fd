import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  LanguageModel,
  ModelError,
  ProviderSkipped,
  type GenerateEnd,
  type GenerateRequest,
} from '../llm/language-model.js';
import type { ReplyErrorCode } from '../messages/message.entity.js';
import type { Claim } from '../messages/replies/claim.js';
import { LostClaim, ReplyLifecycle } from '../messages/replies/reply-lifecycle.service.js';
import { MAX_CLAIMS } from '../messages/replies/reply-policy.js';
import type { ReplyRef } from '../messages/replies/reply-queue.js';
import { Bus } from '../platform/bus/bus.js';
import { isOutage } from '../platform/database/outage.js';
import { describeError } from '../platform/logging/describe-error.js';
import { TextPublisher } from '../platform/stream/text-publisher.js';
import { Clock } from '../platform/clock/clock.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { modelFor } from '../platform/config/model-catalogue.js';
import { BYTES_PER_TOKEN } from '../llm/tokens.js';
import { conversations } from './conversation.js';
import { endingOf } from './ending.js';
import { nextStep } from './failure-policy.js';
import { ReplyWriter } from './reply-writer.js';
import { LearnedBudgets, Shortening } from './shortening.js';

/** What becomes of the job: it is done, or it is due again later. */
export type Outcome = { done: true } | { done: false; delayMs: number };

/** 0.2 s, 0.4 s … up to 3 s apart, about 20 s in all: a restart of PostgreSQL. */
const END_WRITES = retry(handleWhen(isOutage), {
  maxAttempts: 10,
  backoff: new ExponentialBackoff({ initialDelay: 200, maxDelay: 3000 }),
});

const DONE: Outcome = { done: true };

/** One call of the model. */
class Call extends AbortController {
  /** Did its person ask for it to end where it is? */
  stopped = false;
  /** The model whose text has come. */
  answeredBy: string | null = null;

  /** Ends the call; what it has said stays. */
  stop(): void {
    this.stopped = true;
    this.abort();
  }
}

/** Makes one reply: claims it, asks the model, writes what comes, ends it. */
@Injectable()
export class ReplyGenerator {
  private readonly logger = new Logger('ReplyGenerator');
  /** By reply. */
  private readonly running = new Map<string, Call>();
  private readonly budgets = new LearnedBudgets();
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
      return await this.answer(claim).catch((error: unknown) => this.afterError(claim, error));
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
    if (claim.stopRequested) return this.stopped(claim, claim.content, null);
    if (isPoison(claim)) return this.failed(claim, 'internal');
    if (this.leftMs(claim) <= 0) return this.failed(claim, 'deadline_exceeded');

    const call = new Call();
    this.running.set(claim.id, call);
    if (this.stopping) call.abort();
    const writer = new ReplyWriter(this.lifecycle, this.publisher, claim, call, () => call.stop());
    try {
      return await this.ended(claim, writer, await this.ask(claim, writer, call));
    } catch (error) {
      // Text that is still on its way to the row must not come after what ends this attempt.
      await writer.settle();
      // Whoever aborted the call knows better why it ended than the call does.
      if (writer.lost) throw writer.lost;
      if (!call.stopped) throw error;
      return await this.stopped(claim, writer.text, call.answeredBy);
    } finally {
      this.running.delete(claim.id);
      writer.stop();
    }
  }

  /** Asks with the whole conversation, then with less and less of it, for as long as the model refuses it as it is. */
  private async ask(claim: Claim, writer: ReplyWriter, call: Call): Promise<GenerateEnd> {
    const { llm } = this.config;
    // Asked for when it is used: the tier is the claim's, so a model goes with the tier that had it.
    const { id: model, provider, maxInputTokens } = modelFor(llm.models, claim.model, claim.tier);
    const allowed = Math.min(llm.contextTokenBudget, maxInputTokens ?? Infinity);
    const budget = this.budgets.of(model, allowed);
    const said = await this.lifecycle.saidBefore(claim, budget * BYTES_PER_TOKEN);
    const { systemPrompt } = claim;
    const maxOutputTokens = llm.maxOutputTokens[claim.tier];
    const conversation = new Shortening(conversations(said, systemPrompt, budget));
    for (;;) {
      const { turns } = conversation.current;
      const request = { model, provider, systemPrompt, turns, maxOutputTokens, signal: call.signal };
      try {
        const end = await this.read(request, writer, call);
        this.budgets.learn(model, conversation);
        return end;
      } catch (error) {
        if (writer.text !== '' || !conversation.shorten(error)) throw error;
      }
    }
  }

  private async read(request: GenerateRequest, writer: ReplyWriter, call: Call): Promise<GenerateEnd> {
    for await (const event of this.model.generate(request)) {
      if (event.type === 'end') return event;
      call.answeredBy = event.model;
      writer.append(event.text);
    }
    throw new ModelError('unavailable');
  }

  private async ended(claim: Claim, writer: ReplyWriter, end: GenerateEnd): Promise<Outcome> {
    await writer.settle();
    if (writer.lost) throw writer.lost;
    // The model's thoughts ate the whole budget: an unanswered message costs nothing, and asking again would not help.
    if (end.finish === 'length' && writer.text === '') return this.failed(claim, 'model_rejected');
    await this.patiently(() => this.lifecycle.finish(claim, endingOf(writer.text, end)));
    return DONE;
  }

  /** @throws error where it is not the try that failed: the claim is lost, or the database is away */
  private async afterError(claim: Claim, error: unknown): Promise<Outcome> {
    if (error instanceof LostClaim || isOutage(error)) throw error;
    // Hundreds may wait for one provider: what is to be known of it, those tell who asked it.
    if (!(error instanceof ProviderSkipped))
      this.logger.warn(`reply ${claim.id} attempt ${claim.attempt}: ${forLog(error)}`);
    const step = nextStep(error, { failures: claim.failures, leftMs: this.leftMs(claim) });
    if (step.type === 'fail') return this.failed(claim, step.code, step.refused);
    if (step.type === 'release') {
      await this.lifecycle.release(claim);
      return { done: false, delayMs: 0 };
    }
    const at = new Date(this.clock.now().getTime() + step.delayMs);
    if (step.type === 'defer') await this.lifecycle.defer(claim, at);
    else await this.lifecycle.retryLater(claim, at);
    return { done: false, delayMs: step.delayMs };
  }

  /** Milliseconds until the reply's deadline. */
  private leftMs({ slotGrantedAt }: Claim): number {
    const deadline = slotGrantedAt.getTime() + this.config.llm.replyDeadlineSeconds * 1000;
    return deadline - this.clock.now().getTime();
  }

  /** Its person has read enough: what it said stays, and so does its unit. */
  private async stopped(claim: Claim, content: string, model: string | null): Promise<Outcome> {
    const ending = { status: 'stopped', finishReason: 'stopped', errorCode: null, usage: null } as const;
    await this.patiently(() => this.lifecycle.finish(claim, { ...ending, content, model }));
    return DONE;
  }

  private async failed(claim: Claim, code: ReplyErrorCode, refused = false): Promise<Outcome> {
    await this.patiently(() => this.lifecycle.fail(claim, code, refused));
    return DONE;
  }

  /** A database that is away for seconds must not cost a second call of the model; the fence keeps a late write harmless. */
  private patiently(write: () => Promise<void>): Promise<void> {
    return END_WRITES.execute(write);
  }
}

/** The model's errors say what there is to know in our own words; of any other its class and place, never a value. */
function forLog(error: unknown): string {
  return error instanceof ModelError ? error.message : describeError(error);
}

/** Was it claimed so often that it must be what kills its workers? Each retry has raised the attempt without a claim. */
function isPoison({ attempt, generation, deferrals }: Claim): boolean {
  const retries = generation - 1;
  return attempt - retries - deferrals >= MAX_CLAIMS * generation;
}
