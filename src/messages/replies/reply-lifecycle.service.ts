import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { Tier } from '../../platform/config/tier.js';
import { Database } from '../../platform/database/database.js';
import type { FinishReason, Message, ReplyErrorCode } from '../message.entity.js';
import { STOP } from './reply-orders.statements.js';
import { LEASE_MS, MAX_HISTORY } from './reply-policy.js';
import { ReplyQueue, type ReplyRef } from './reply-queue.js';
import {
  CLAIM,
  CLAIM_REFUSED,
  CONVERSATION,
  FAIL,
  FINISH,
  FLUSH,
  PUT_OFF,
  RELEASE,
  RETRY_LATER,
} from './reply-state.statements.js';

/** A reply in one worker's hands. Everything it writes names `id` and `attempt`: a later claim makes it powerless. */
export interface Claim {
  id: string;
  attempt: number;
  failures: number;
  /** Claims that were put off, and are not to be held against it. */
  putOffs: number;
  generation: number;
  turnAt: Date;
  /** seq of the message that it answers. */
  questionSeq: number;
  chatroomId: string;
  /** What an earlier worker had shown; empty unless the reply is only to be stopped. */
  content: string;
  stopRequested: boolean;
  systemPrompt: string | null;
  /** The room's model; null: none was chosen. Which one answers depends on the tier: modelFor. */
  model: string | null;
  /** The tier at the moment of the claim. */
  tier: Tier;
}

/** How a reply with an answer ended. */
export interface Ending {
  status: 'completed' | 'truncated' | 'blocked' | 'stopped';
  content: string;
  finishReason: FinishReason | null;
  errorCode: ReplyErrorCode | null;
  /** What answered; null: nothing did. */
  model: string | null;
  /** Counts that the provider told in a form that can be one. */
  usage: Record<'promptTokens' | 'outputTokens' | 'thoughtTokens' | 'cachedTokens', number | null> | null;
}

/** A write came too late: the reply was claimed anew, ended or deleted. The worker drops it. */
export class LostClaim extends Error {
  constructor() {
    super('the reply is no longer this worker’s');
    this.name = 'LostClaim';
  }
}

/** An earlier message of the room, as far as the context needs it. */
export type SaidBefore = Pick<Message, 'id' | 'role' | 'content' | 'status' | 'inReplyTo' | 'refused'>;

/** A claim later than the lease that it waits for, by this: the queue's clock may be a little ahead of the database's. */
const AFTER_LEASE_MS = 50;

/** Why a reply could not be claimed. */
interface Refusal {
  nextAttemptAt: Date | null;
  leaseLeftMs: number | null;
}

/** Whose turn has come. */
interface Admitted {
  nextId: string | null;
  nextGeneration: number | null;
}

/** Every change of a reply's state, for workers and sweepers. */
@Injectable()
export class ReplyLifecycle {
  constructor(
    private readonly database: Database,
    private readonly queue: ReplyQueue,
    private readonly clock: Clock,
  ) {}

  /** Takes a reply; null when it is not to be had: final, not its turn, or in another worker's hands. */
  async claim({ id, generation }: ReplyRef): Promise<Claim | null> {
    const [row] = await this.database.run<Omit<Claim, 'id'>>(CLAIM, [
      id,
      generation,
      this.clock.now(),
      LEASE_MS,
    ]);
    return row ? { id, ...row } : null;
  }

  /**
   * Milliseconds until a reply that could not be claimed is worth another try: it was put off, or another worker has it.
   * That one may be dead, and this is the only job. null: not by this job.
   */
  async dueInMs({ id, generation }: ReplyRef): Promise<number | null> {
    const [row] = await this.database.run<Refusal>(CLAIM_REFUSED, [id, generation]);
    const { nextAttemptAt = null, leaseLeftMs = null } = row ?? {};
    const attemptMs = nextAttemptAt ? nextAttemptAt.getTime() - this.clock.now().getTime() : 0;
    // A lease that is over is not what keeps the reply: its turn may have to come.
    const leaseMs = leaseLeftMs !== null && leaseLeftMs > 0 ? leaseLeftMs + AFTER_LEASE_MS : 0;
    const dueMs = Math.ceil(Math.max(attemptMs, leaseMs));
    return dueMs > 0 ? dueMs : null;
  }

  /** What was said in the room before the reply, newest first; the first one is the message that it answers. */
  saidBefore(claim: Claim, maxBytes: number): Promise<SaidBefore[]> {
    return this.database.run<SaidBefore>(CONVERSATION, [
      claim.chatroomId,
      claim.questionSeq,
      MAX_HISTORY,
      maxBytes,
    ]);
  }

  /**
   * Shows the text so far and renews the lease.
   * @returns is the reply to stop?
   * @throws LostClaim
   */
  async flush(claim: Claim, content: string): Promise<boolean> {
    const values = [claim.id, claim.attempt, content, LEASE_MS];
    const [row] = await this.database.run<{ stopRequested: boolean }>(FLUSH, values);
    if (!row) throw new LostClaim();
    return row.stopRequested;
  }

  /**
   * Ends a reply that has an answer, and lets the next ones of its user begin.
   * @throws LostClaim
   */
  async finish(claim: Claim, ending: Ending): Promise<void> {
    const { status, content, finishReason, errorCode, model, usage } = ending;
    await this.ended(
      this.database.run<Admitted>(FINISH, [
        claim.id,
        claim.attempt,
        status,
        content,
        finishReason,
        errorCode,
        model,
        usage?.promptTokens ?? null,
        usage?.outputTokens ?? null,
        usage?.thoughtTokens ?? null,
        usage?.cachedTokens ?? null,
        this.clock.now(),
      ]),
    );
  }

  /**
   * Ends a reply without an answer and gives its unit back.
   * @param refused did the model refuse the message for its content or length? Then it is left out of what is sent later
   * @throws LostClaim
   */
  async fail(claim: Claim, errorCode: ReplyErrorCode, refused: boolean): Promise<void> {
    await this.ended(
      this.database.run<Admitted>(FAIL, [claim.id, claim.attempt, errorCode, this.clock.now(), refused]),
    );
  }

  /** Ends a reply whose time is over, whoever works on it; nothing when it is final already. */
  async expire(replyId: string): Promise<void> {
    const values = [replyId, null, 'deadline_exceeded' satisfies ReplyErrorCode, this.clock.now(), false];
    await this.ended(this.database.run<Admitted>(FAIL, values)).catch(ignoreLostClaim);
  }

  /**
   * Puts a failed try off.
   * @throws LostClaim
   */
  async retryLater(claim: Claim, at: Date): Promise<void> {
    await this.expectRow(this.database.run(RETRY_LATER, [claim.id, claim.attempt, at]));
  }

  /**
   * Puts a reply off that the model could not be asked for; no try is used up.
   * @throws LostClaim
   */
  async putOff(claim: Claim, at: Date): Promise<void> {
    await this.expectRow(this.database.run(PUT_OFF, [claim.id, claim.attempt, at]));
  }

  /** Stops a reply of this user, or tells its worker to; nothing when it is final or not theirs. */
  async stop(userId: string, roomId: string, replyId: string): Promise<void> {
    await this.addNext(await this.database.run<Admitted>(STOP, [userId, roomId, replyId, this.clock.now()]));
  }

  /** Hands a reply back unfinished, for another worker to begin at once. */
  async release(claim: Claim): Promise<void> {
    await this.database.run(RELEASE, [claim.id, claim.attempt]);
  }

  private async ended(run: Promise<Admitted[]>): Promise<void> {
    const rows = await run;
    if (rows.length === 0) throw new LostClaim();
    await this.addNext(rows);
  }

  private async addNext(rows: Admitted[]): Promise<void> {
    await this.queue.add(
      rows.flatMap(({ nextId, nextGeneration }) =>
        nextId === null ? [] : [{ id: nextId, generation: nextGeneration! }],
      ),
    );
  }

  private async expectRow(run: Promise<unknown[]>): Promise<void> {
    if ((await run).length === 0) throw new LostClaim();
  }
}

function ignoreLostClaim(error: unknown): void {
  if (!(error instanceof LostClaim)) throw error;
}
