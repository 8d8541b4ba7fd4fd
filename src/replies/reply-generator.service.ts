import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { SpanKind } from '@opentelemetry/api';
import {
  LanguageModel,
  ModelError,
  ProviderSkipped,
  type GenerateEnd,
  type GenerateRequest,
  type ModelCall,
} from '../llm/language-model.js';
import type { FailureCode } from '../messages/message.entity.js';
import type { Claim } from '../messages/replies/claim.js';
import type { CallFacts } from '../messages/replies/ended-reply.js';
import { LostClaim, ReplyLifecycle } from '../messages/replies/reply-lifecycle.service.js';
import { MAX_CLAIMS } from '../messages/replies/reply-policy.js';
import type { ReplyRef } from '../messages/replies/reply-queue.js';
import { Bus } from '../platform/bus/bus.js';
import { isOutage } from '../platform/database/outage.js';
import { describeError } from '../platform/logging/describe-error.js';
import { messaging } from '../platform/queue/add-jobs.js';
import { activeSpan, traced, type SpanFacts } from '../platform/tracing/tracing.js';
import { TextPublisher } from '../platform/stream/text-publisher.js';
import { TitleQueue } from '../titles/title-queue.js';
import { Clock } from '../platform/clock/clock.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { modelFor } from '../platform/config/model-catalogue.js';
import { BYTES_PER_TOKEN } from '../llm/tokens.js';
import { conversations } from './conversation.js';
import { endingOf } from './ending.js';
import { nextStep } from './failure-policy.js';
import { ReplyWriter } from './reply-writer.js';
import { LearnedBudgets, Shortening } from './shortening.js';

/** Outcome of the job: done, or to be run again after a delay. */
export type Outcome = { done: true } | { done: false; delayMs: number };

/** Retries of a final write: after 0.2 s, 0.4 s … at most 3 s, 20 s in all, which covers a restart of PostgreSQL. */
const END_WRITES = retry(handleWhen(isOutage), {
  maxAttempts: 10,
  backoff: new ExponentialBackoff({ initialDelay: 200, maxDelay: 3000 }),
});

const DONE: Outcome = { done: true };

/** One call of the model. */
class Call extends AbortController {
  /** Has the user requested a stop? */
  isStopped = false;
  /** The model whose text has arrived; null before the first text. */
  answeredBy: string | null = null;

  /** Ends the call; the text so far stays. */
  stop(): void {
    this.isStopped = true;
    this.abort();
  }
}

/** Generates one reply: claims it, calls the model, streams the text, and ends the reply (see ReplyLifecycle). */
@Injectable()
export class ReplyGenerator {
  private readonly logger = new Logger('ReplyGenerator');
  /** Calls in progress, by reply. */
  private readonly running = new Map<string, Call>();
  /** The last call of a model under each claim: for the reply's log line. */
  private readonly calls = new WeakMap<Claim, CallFacts>();
  private readonly budgets = new LearnedBudgets();
  private stopping = false;

  constructor(
    private readonly lifecycle: ReplyLifecycle,
    private readonly model: LanguageModel,
    private readonly publisher: TextPublisher,
    private readonly titles: TitleQueue,
    private readonly clock: Clock,
    bus: Bus,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    bus.on('reply.stop', ({ replyId }) => this.running.get(replyId)?.stop());
  }

  async generate(reply: ReplyRef): Promise<Outcome> {
    const startedAt = new Date();
    const claim = await this.lifecycle.claim(reply);
    if (!claim) {
      const delayMs = await this.lifecycle.dueInMs(reply);
      return delayMs === null ? DONE : { done: false, delayMs };
    }
    try {
      return await traced(
        'process replies',
        () => processSpan(claim, startedAt),
        () => this.answer(claim).catch((error: unknown) => this.afterError(claim, error)),
      );
    } catch (error) {
      if (error instanceof LostClaim) return DONE;
      throw error;
    }
  }

  /** Aborts the running calls and releases their replies, so that another worker can claim them at once. */
  stop(): void {
    this.stopping = true;
    for (const call of this.running.values()) call.abort();
  }

  private async answer(claim: Claim): Promise<Outcome> {
    if (claim.stopRequested) return this.finishStopped(claim, claim.content, null);
    if (isPoison(claim)) return this.fail(claim, 'internal');
    if (this.leftMs(claim) <= 0) return this.fail(claim, 'deadline_exceeded');

    const call = new Call();
    this.running.set(claim.id, call);
    if (this.stopping) call.abort();
    const writer = new ReplyWriter(this.lifecycle, this.publisher, claim, call, () => call.stop());
    try {
      return await this.finish(claim, writer, await this.requestAnswer(claim, writer, call));
    } catch (error) {
      // A pending write of the text must not follow the write that ends this attempt.
      await writer.settle();
      // The reason of the abort, a lost claim or a stop, takes precedence over the error of the aborted call.
      if (writer.lost) throw writer.lost;
      if (!call.isStopped) throw error;
      return await this.finishStopped(claim, writer.text, call.answeredBy);
    } finally {
      this.running.delete(claim.id);
      writer.stop();
    }
  }

  /** Calls the model with the full conversation, then with shorter forms while it refuses the request. */
  private async requestAnswer(claim: Claim, writer: ReplyWriter, call: Call): Promise<GenerateEnd> {
    const { llm } = this.config;
    // Chosen by the tier at the claim: a user who lost the tier gets the default model.
    const { id: model, provider, maxInputTokens } = modelFor(llm.models, claim.model, claim.tier);
    const allowed = Math.min(llm.contextTokenBudget, maxInputTokens ?? Infinity);
    const budget = this.budgets.of(model, allowed);
    const said = await this.lifecycle.readHistory(claim, budget * BYTES_PER_TOKEN);
    const { systemPrompt } = claim;
    const maxOutputTokens = llm.maxOutputTokens[claim.tier];
    const conversation = new Shortening(conversations(said, systemPrompt, budget));
    for (;;) {
      const { turns } = conversation.current;
      const request = {
        model,
        provider,
        systemPrompt,
        turns,
        maxOutputTokens,
        signal: call.signal,
        onCall: (asked: ModelCall) => void this.calls.set(claim, { ...asked, firstTextAt: null }),
      };
      try {
        const end = await this.streamAnswer(claim, request, writer, call);
        this.budgets.learn(model, conversation);
        return end;
      } catch (error) {
        if (writer.text !== '' || !conversation.shorten(error)) throw error;
      }
    }
  }

  private async streamAnswer(
    claim: Claim,
    request: GenerateRequest,
    writer: ReplyWriter,
    call: Call,
  ): Promise<GenerateEnd> {
    for await (const event of this.model.generate(request)) {
      if (event.type === 'end') return event;
      if (call.answeredBy === null) this.noteFirstText(claim);
      call.answeredBy = event.model;
      writer.append(event.text);
    }
    throw new ModelError('unavailable');
  }

  private noteFirstText(claim: Claim): void {
    const call = this.calls.get(claim);
    if (call) call.firstTextAt = this.clock.now();
  }

  private lastCall(claim: Claim): CallFacts | null {
    return this.calls.get(claim) ?? null;
  }

  private async finish(claim: Claim, writer: ReplyWriter, end: GenerateEnd): Promise<Outcome> {
    await writer.settle();
    if (writer.lost) throw writer.lost;
    // The thoughts used up the token budget: a retry would end the same way, and a message without an answer is free.
    if (end.finish === 'length' && writer.text === '') return this.fail(claim, 'model_rejected');
    const ending = endingOf(writer.text, end);
    await this.writeWithRetries(() => this.lifecycle.finish(claim, ending, this.lastCall(claim)));
    if (ending.status === 'completed') await this.titles.addAfter(claim);
    return DONE;
  }

  /** @throws error when the claim is lost or the database is unreachable: neither is a failure of the try */
  private async afterError(claim: Claim, error: unknown): Promise<Outcome> {
    if (error instanceof LostClaim || isOutage(error)) throw error;
    // Not logged: hundreds of replies may wait for one skipped provider, whose state GuardedLanguageModel logs.
    if (!(error instanceof ProviderSkipped))
      this.logger.warn({
        msg: `a try of a reply failed: ${forLog(error)}`,
        reply_id: claim.id,
        attempt: claim.attempt,
      });
    const step = nextStep(error, { failures: claim.failures, leftMs: this.leftMs(claim) });
    if (step.type === 'fail') return this.fail(claim, step.code, step.refused);
    if (step.type === 'release') {
      await this.lifecycle.release(claim);
      return { done: false, delayMs: 0 };
    }
    activeSpan()?.addEvent('retry', { 'retry.kind': step.type, 'retry.delay_ms': step.delayMs });
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

  /** Ends a stopped reply: the text stays, and the unit of the day stays used. */
  private async finishStopped(claim: Claim, content: string, model: string | null): Promise<Outcome> {
    const ending = { status: 'stopped', finishReason: 'stopped', errorCode: null, usage: null } as const;
    await this.writeWithRetries(() =>
      this.lifecycle.finish(claim, { ...ending, content, model }, this.lastCall(claim)),
    );
    return DONE;
  }

  private async fail(claim: Claim, code: FailureCode, refused = false): Promise<Outcome> {
    await this.writeWithRetries(() => this.lifecycle.fail(claim, code, refused, this.lastCall(claim)));
    return DONE;
  }

  /** Retries a final write, so that a short outage does not cost a second call of the model. Fencing makes it safe. */
  private writeWithRetries(write: () => Promise<void>): Promise<void> {
    return END_WRITES.execute(write);
  }
}

/** A ModelError's message is safe to log; of any other error only class and place, never a value. */
function forLog(error: unknown): string {
  return error instanceof ModelError ? error.message : describeError(error);
}

/** Has the reply been claimed so often that it must be crashing its workers? Retries raise the attempt without a claim. */
function isPoison({ attempt, generation, deferrals }: Claim): boolean {
  const retries = generation - 1;
  return attempt - retries - deferrals >= MAX_CLAIMS * generation;
}

/** One attempt of a reply, in the trace of the request that asked for it. Its beginning is known only after the claim. */
const processSpan = (
  { id, chatroomId, attempt, generation, traceContext }: Claim,
  startedAt: Date,
): SpanFacts => ({
  kind: SpanKind.CONSUMER,
  parent: traceContext,
  startedAt,
  attributes: {
    ...messaging('replies', 'process'),
    'messaging.message.id': `${id}-${generation}`,
    'reply.id': id,
    'reply.attempt': attempt,
    'room.id': chatroomId,
  },
});
