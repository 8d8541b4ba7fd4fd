import { Injectable, Logger } from '@nestjs/common';
import { Bus } from '../../platform/bus/bus.js';
import type { Nudge } from '../../platform/bus/nudge.js';
import { Nudges } from '../../platform/bus/nudges.js';
import { ChatroomListCache } from '../../chatroom/list-cache/chatroom-list-cache.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { FailureCode } from '../message.entity.js';
import type { ParametersOf } from '../../platform/database/statement.js';
import type { Claim, Ending, HistoryMessage, Usage } from './claim.js';
import { reportEnd, type CallFacts, type EndFacts } from './ended-reply.js';
import { REPLY_CLAIMS_LOST, REPLY_POSTPONED } from './replies.metrics.js';
import { STOP, STOP_WITH_EVENT } from './reply-actions.statements.js';
import { LEASE_MS, MAX_HISTORY } from './reply-policy.js';
import { ReplyQueue, type ReplyRef } from './reply-queue.js';
import {
  CLAIM,
  CLAIM_REFUSED,
  CONVERSATION,
  FAIL,
  FAIL_WITH_EVENT,
  FINISH,
  FINISH_WITH_EVENT,
  FLUSH,
  DEFER,
  RELEASE,
  RETRY_LATER,
  type EndRow,
  type FailRow,
  type GrantedReply,
} from './reply-state.statements.js';

/** A fenced write: another claim, a retry, the end or the deletion of the reply came first. The worker drops the reply. */
export class LostClaim extends Error {
  constructor() {
    super('claim lost: the reply was claimed again, ended or deleted');
    this.name = 'LostClaim';
  }
}

/** Margin after another worker's lease, because the queue's clock may be ahead of the database's. */
const AFTER_LEASE_MS = 50;

/**
 * The front door of the reply lifecycle: every change of a reply's state by workers, the sweeper and stop.
 *
 * Problem. A queue delivers at least once, loses jobs with its Redis, and does not notice that a paused worker continues. A
 * message must still get exactly one final reply, in order within its room, without half an answer of one worker spliced
 * onto another's, and a user with a thousand messages must not delay all others.
 *
 * How it works. The row of the reply is the truth and the outbox; a job only says "look at this row".
 * - Live states: `queued`, `streaming`, `retrying`. Final states: `completed`, `truncated`, `blocked`, `stopped`, `failed`. No
 *   statement changes a final row, except a retry of a failed one.
 * - Slots: a reply runs when it is the first live one of its room and its user has one of RUNNING_PER_USER slots free.
 *   Send and retry grant the slot if it is free; otherwise the statement that ends a reply grants the next ones.
 * - Fencing: a claim raises `attempt`, and every write of the worker says `where attempt = mine and` live. An older worker
 *   matches no row and gets {@link LostClaim}. A retry raises `attempt` as well, because the worker of a reply that
 *   failed at its deadline may still be writing.
 * - Lease: a claim excludes other workers for LEASE_MS and is renewed with each write of the text, at least every
 *   HEARTBEAT_MS. The row needs no detection of crashed workers: their lease runs out, and the queue or the sweeper
 *   starts the job again.
 * - Sweeper: every SWEEP_MS each process adds jobs of granted replies without a lease again, grants missed slots, and
 *   fails replies past their deadline (REPLY_DEADLINE_SECONDS after the slot was granted).
 * - Refund: a failed reply gives its unit of the day back in the statement that ends it, at most once.
 *
 * When a part is down. Redis or the queue: messages are accepted, and the sweeper adds the jobs later. A worker: its reply
 * restarts as the next attempt within 5 s, and readers get a `reset`. PostgreSQL for some seconds: the worker keeps the
 * text and retries the final write; after a longer outage another attempt starts. All workers: replies fail at their deadline.
 *
 * Cost: one update to claim, one each 250 ms while text arrives, one to end; none grows with the room. Deliberately not
 * done: continuing a text where a dead worker left it, parallel replies in a room, and jobs with content.
 */
@Injectable()
export class ReplyLifecycle {
  private readonly logger = new Logger('Reply');

  constructor(
    private readonly database: Database,
    private readonly queue: ReplyQueue,
    private readonly clock: Clock,
    private readonly bus: Bus,
    private readonly outbox: Outbox,
    private readonly nudges: Nudges,
    private readonly listCache: ChatroomListCache,
  ) {}

  /** Claims a reply; null when it is final, deferred, without a slot, or leased by another worker. */
  async claim({ id, generation }: ReplyRef): Promise<Claim | null> {
    const now = this.clock.now();
    const row = await this.database.one(CLAIM, { id, generation, now, leaseMs: LEASE_MS });
    return row ? { id, ...row } : null;
  }

  /**
   * Milliseconds after which this job should try a refused claim again: at the reply's next attempt, or after another
   * worker's lease, because that worker may be dead and this job the only one. null: the job is done.
   */
  async dueInMs({ id, generation }: ReplyRef): Promise<number | null> {
    const row = await this.database.one(CLAIM_REFUSED, { id, generation });
    const { nextAttemptAt = null, leaseLeftMs = null } = row ?? {};
    const attemptMs = nextAttemptAt ? nextAttemptAt.getTime() - this.clock.now().getTime() : 0;
    // An expired lease is not the obstacle: the reply has no slot yet.
    const leaseMs = leaseLeftMs !== null && leaseLeftMs > 0 ? leaseLeftMs + AFTER_LEASE_MS : 0;
    const dueMs = Math.ceil(Math.max(attemptMs, leaseMs));
    return dueMs > 0 ? dueMs : null;
  }

  /** The history of the room before the reply, newest first, beginning with the message to answer. */
  readHistory(claim: Claim, maxBytes: number): Promise<HistoryMessage[]> {
    return this.database.run(CONVERSATION, {
      roomId: claim.chatroomId,
      questionSeq: claim.questionSeq,
      limit: MAX_HISTORY,
      maxBytes,
    });
  }

  /**
   * Writes the text so far and renews the lease.
   * @returns whether a stop was requested
   * @throws LostClaim
   */
  async flush({ id, attempt }: Claim, content: string): Promise<boolean> {
    const row = await this.database.one(FLUSH, { id, attempt, content, leaseMs: LEASE_MS });
    if (!row) throw claimLost();
    return row.stopRequested;
  }

  /**
   * Ends a reply with an answer, and grants the slots that become free.
   * @param call the last call of a model
   * @throws LostClaim
   */
  async finish({ id, attempt }: Claim, ending: Ending, call: CallFacts | null): Promise<void> {
    const { usage, ...rest } = ending;
    const now = this.clock.now();
    const provider = call?.provider ?? null;
    const parameters = { id, attempt, ...rest, provider, ...(usage ?? NOTHING_COUNTED), now };
    const eventId = this.outbox.newEventId(`reply.${ending.status}`);
    const finishing =
      eventId === null
        ? this.database.run(FINISH, parameters)
        : this.database.run(FINISH_WITH_EVENT, { ...parameters, eventId });
    if (!(await this.runFinal(id, finishing, eventId, { now, call, ...ending }))) throw claimLost();
  }

  /**
   * Ends a reply without an answer, and gives its unit of the day back.
   * @param refused the model refused the message for its content or length: later contexts leave it out
   * @param call the last call of a model
   * @throws LostClaim
   */
  async fail(
    { id, attempt }: Claim,
    errorCode: FailureCode,
    refused: boolean,
    call: CallFacts | null,
  ): Promise<void> {
    const now = this.clock.now();
    const parameters = { id, attempt, errorCode, provider: call?.provider ?? null, now, refused };
    if (!(await this.runFailing(parameters, { now, call, errorCode }))) throw claimLost();
  }

  /** Fails a reply past its deadline, under any attempt; does nothing when it is final already. */
  async expire(id: string): Promise<void> {
    const now = this.clock.now();
    const errorCode = 'deadline_exceeded';
    const parameters = { id, attempt: null, errorCode, provider: null, now, refused: false } as const;
    await this.runFailing(parameters, { now, call: null, errorCode });
  }

  /**
   * Schedules the next try after a failed one.
   * @throws LostClaim
   */
  async retryLater({ id, attempt }: Claim, at: Date): Promise<void> {
    await this.deferred(id, this.database.run(RETRY_LATER, { id, attempt, nextAttemptAt: at }));
    REPLY_POSTPONED.inc({ kind: 'retry' });
  }

  /**
   * Defers a reply without counting a try.
   * @throws LostClaim
   */
  async defer({ id, attempt }: Claim, at: Date): Promise<void> {
    await this.deferred(id, this.database.run(DEFER, { id, attempt, nextAttemptAt: at }));
    REPLY_POSTPONED.inc({ kind: 'deferral' });
  }

  /** Stops a reply of this user, or asks its worker to; does nothing when it is final or belongs to another user. */
  async stop(userId: string, roomId: string, replyId: string): Promise<void> {
    const now = this.clock.now();
    const eventId = this.outbox.newEventId('reply.stopped');
    const parameters = { userId, roomId, replyId, now };
    const stopping =
      eventId === null
        ? this.database.run(STOP, parameters)
        : this.database.run(STOP_WITH_EVENT, { ...parameters, eventId });
    const rows = await this.nudges.orMiss(stopping);
    const [first] = rows;
    if (first) this.bus.wake(first.isFinal ? 'reply.final' : 'reply.stop', { replyId });
    if (first?.isFinal) this.report(replyId, first, { now, call: null });
    await Promise.all([this.addNext(rows), first?.isFinal && this.outbox.wake(eventId)]);
  }

  /** Ends a claim without a result, so that another worker can claim the reply at once. */
  async release({ id, attempt }: Claim): Promise<void> {
    await this.database.run(RELEASE, { id, attempt });
    REPLY_POSTPONED.inc({ kind: 'release' });
  }

  /** @returns false when the statement matched no row: the reply is final already, deleted, or under another attempt */
  private async runFinal(
    replyId: string,
    run: Promise<(EndRow | FailRow)[]>,
    eventId: string | null,
    facts: EndFacts,
  ): Promise<boolean> {
    const rows = await this.nudges.orMiss(run);
    if (rows.length === 0) return false;
    const [first] = rows as [EndRow | FailRow];
    // The list has the active leaf of each room.
    if ('hasBranches' in first && first.hasBranches) await this.listCache.invalidate(first.userId);
    this.report(replyId, first, facts);
    this.bus.wake('reply.final', { replyId });
    await Promise.all([this.addNext(rows), this.outbox.wake(eventId)]);
    return true;
  }

  private runFailing(parameters: ParametersOf<typeof FAIL>, facts: EndFacts): Promise<boolean> {
    const eventId = this.outbox.newEventId('reply.failed');
    const failing =
      eventId === null
        ? this.database.run(FAIL, parameters)
        : this.database.run(FAIL_WITH_EVENT, { ...parameters, eventId });
    return this.runFinal(parameters.id, failing, eventId, facts);
  }

  private report(id: string, ended: EndRow, facts: EndFacts): void {
    reportEnd(this.logger, id, ended, facts);
    const { userId, chatroomId, status } = ended;
    // A failed reply has given its unit back.
    const usage: Nudge[] = status === 'failed' ? [{ type: 'usage' }] : [];
    this.nudges.tell(userId, { type: 'reply', id, chatroomId, status }, ...usage);
  }

  private async addNext(rows: GrantedReply[]): Promise<void> {
    await this.queue.add(
      rows.flatMap(({ nextId, nextGeneration }) =>
        nextId === null ? [] : [{ id: nextId, generation: nextGeneration! }],
      ),
    );
  }

  private async deferred(replyId: string, run: Promise<unknown[]>): Promise<void> {
    if ((await run).length === 0) throw claimLost();
    this.bus.wake('reply.changed', { replyId });
  }
}

const NOTHING_COUNTED: Usage = {
  promptTokens: null,
  outputTokens: null,
  thoughtTokens: null,
  cachedTokens: null,
};

/** Counts a fenced write of a worker. The sweeper's late writes are no lost claims: every process tries them. */
function claimLost(): LostClaim {
  REPLY_CLAIMS_LOST.inc({});
  return new LostClaim();
}
