import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { ReplyErrorCode } from '../message.entity.js';
import type { Claim, Ending, SaidBefore, Usage } from './claim.js';
import { STOP } from './reply-actions.statements.js';
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
  type GrantedReply,
} from './reply-state.statements.js';

/** A write came too late: the reply was claimed anew, ended or deleted. The worker drops it. */
export class LostClaim extends Error {
  constructor() {
    super('the reply is no longer this worker’s');
    this.name = 'LostClaim';
  }
}

/** A claim later than the lease that it waits for, by this: the queue's clock may be a little ahead of the database's. */
const AFTER_LEASE_MS = 50;

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
    const now = this.clock.now();
    const row = await this.database.one(CLAIM, { id, generation, now, leaseMs: LEASE_MS });
    return row ? { id, ...row } : null;
  }

  /**
   * Milliseconds until a reply that could not be claimed is worth another try: it was put off, or another worker has it.
   * That one may be dead, and this is the only job. null: not by this job.
   */
  async dueInMs({ id, generation }: ReplyRef): Promise<number | null> {
    const row = await this.database.one(CLAIM_REFUSED, { id, generation });
    const { nextAttemptAt = null, leaseLeftMs = null } = row ?? {};
    const attemptMs = nextAttemptAt ? nextAttemptAt.getTime() - this.clock.now().getTime() : 0;
    // A lease that is over is not what keeps the reply: its turn may have to come.
    const leaseMs = leaseLeftMs !== null && leaseLeftMs > 0 ? leaseLeftMs + AFTER_LEASE_MS : 0;
    const dueMs = Math.ceil(Math.max(attemptMs, leaseMs));
    return dueMs > 0 ? dueMs : null;
  }

  /** What was said in the room before the reply, newest first; the first one is the message that it answers. */
  saidBefore(claim: Claim, maxBytes: number): Promise<SaidBefore[]> {
    return this.database.run(CONVERSATION, {
      roomId: claim.chatroomId,
      questionSeq: claim.questionSeq,
      limit: MAX_HISTORY,
      maxBytes,
    });
  }

  /**
   * Shows the text so far and renews the lease.
   * @returns is the reply to stop?
   * @throws LostClaim
   */
  async flush({ id, attempt }: Claim, content: string): Promise<boolean> {
    const row = await this.database.one(FLUSH, { id, attempt, content, leaseMs: LEASE_MS });
    if (!row) throw new LostClaim();
    return row.stopRequested;
  }

  /**
   * Ends a reply that has an answer, and lets the next ones of its user begin.
   * @throws LostClaim
   */
  async finish({ id, attempt }: Claim, { usage, ...ending }: Ending): Promise<void> {
    const now = this.clock.now();
    await this.ended(
      this.database.run(FINISH, { id, attempt, ...ending, ...(usage ?? NOTHING_COUNTED), now }),
    );
  }

  /**
   * Ends a reply without an answer and gives its unit back.
   * @param refused did the model refuse the message for its content or length? Then it is left out of what is sent later
   * @throws LostClaim
   */
  async fail({ id, attempt }: Claim, errorCode: ReplyErrorCode, refused: boolean): Promise<void> {
    const now = this.clock.now();
    await this.ended(this.database.run(FAIL, { id, attempt, errorCode, now, refused }));
  }

  /** Ends a reply whose time is over, whoever works on it; nothing when it is final already. */
  async expire(id: string): Promise<void> {
    const now = this.clock.now();
    const parameters = { id, attempt: null, errorCode: 'deadline_exceeded', now, refused: false } as const;
    await this.ended(this.database.run(FAIL, parameters)).catch(ignoreLostClaim);
  }

  /**
   * Puts a failed try off.
   * @throws LostClaim
   */
  async retryLater({ id, attempt }: Claim, at: Date): Promise<void> {
    await this.expectRow(this.database.run(RETRY_LATER, { id, attempt, nextAttemptAt: at }));
  }

  /**
   * Puts a reply off that the model could not be asked for; no try is used up.
   * @throws LostClaim
   */
  async defer({ id, attempt }: Claim, at: Date): Promise<void> {
    await this.expectRow(this.database.run(PUT_OFF, { id, attempt, nextAttemptAt: at }));
  }

  /** Stops a reply of this user, or tells its worker to; nothing when it is final or not theirs. */
  async stop(userId: string, roomId: string, replyId: string): Promise<void> {
    const now = this.clock.now();
    await this.addNext(await this.database.run(STOP, { userId, roomId, replyId, now }));
  }

  /** Hands a reply back unfinished, for another worker to begin at once. */
  async release({ id, attempt }: Claim): Promise<void> {
    await this.database.run(RELEASE, { id, attempt });
  }

  private async ended(run: Promise<GrantedReply[]>): Promise<void> {
    const rows = await run;
    if (rows.length === 0) throw new LostClaim();
    await this.addNext(rows);
  }

  private async addNext(rows: GrantedReply[]): Promise<void> {
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

const NOTHING_COUNTED: Usage = {
  promptTokens: null,
  outputTokens: null,
  thoughtTokens: null,
  cachedTokens: null,
};

function ignoreLostClaim(error: unknown): void {
  if (!(error instanceof LostClaim)) throw error;
}
