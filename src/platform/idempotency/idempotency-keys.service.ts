import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { newId } from '../crypto/id.js';
import { Database } from '../database/database.js';
import type { Idempotency } from './idempotency.js';
import { IdempotencyRepository, inProgress, concurrentProblem } from './idempotency.repository.js';
import { RunningRequests } from './running-requests.js';

/** The resource of a key: made by this request, or by an earlier one. */
export interface KeyedResult {
  resourceId: string;
  replayed: boolean;
}

/** Longest wait for a concurrent request with the same key, then 409. lock_timeout is the same. */
const CONCURRENT_WAIT_MS = 5000;
/**
 * Wait for a concurrent request in another process, which is visible only after its commit. A send takes about 20 ms;
 * this is ten times as long.
 */
const OTHER_PROCESS_WAIT_MS = 250;
const UNIQUE_VIOLATION = '23505';

/**
 * Idempotency keys: a repeated request is carried out once, and each repeat gets the first result.
 *
 * The table idempotency_keys maps a user's key to the id of the resource that the first request made, with a
 * fingerprint of that request. A route that takes the header uses one of two forms (test/tools/idempotency.spec.ts):
 * - {@link once} runs a transaction with the key in it, for most routes; {@link onceRepeatable} keeps the key after
 * work that no transaction covers.
 * - {@link runWithSteps} runs a statement that has the key's steps inside (sql-steps.ts), for hot routes with one round
 * trip.
 *
 * Concurrent requests with the same key: the first to commit wins. The others wait for its locks, up to lock_timeout,
 * then answer from its result; a request that still finds none is 409 `idempotency_in_progress`. The same key with
 * another request is 422 `idempotency_key_reused`. Rate limits look up a key before they refuse ({@link isReplay}), so
 * a replay is answered beyond every limit.
 *
 * Keys are durable for 24 hours in PostgreSQL and need nothing else; without PostgreSQL no request is carried out. The
 * response body is not stored: a replay is built from the resource as it is now.
 */
@Injectable()
export class IdempotencyKeys {
  private readonly running = new RunningRequests();

  constructor(
    private readonly repository: IdempotencyRepository,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs `work` in one transaction with the key: both are kept, or neither, once also for concurrent requests. The key
   * is written last, because its foreign key locks the account's row, and the deletion of an account locks that row
   * after the rows that `work` locks (the count of rooms). The opposite order deadlocks.
   * @param work makes the resource under the given id, through the given manager only. It is rolled back where a
   * concurrent request won: its results may not be used when `replayed` is true
   * @param check refuses a request that is no replay, before the transaction
   * @throws Problem `idempotency_key_reused`, `idempotency_in_progress`; `session_ended` when the account is gone
   */
  async once(
    userId: string,
    idempotency: Idempotency | null,
    work: (manager: EntityManager, resourceId: string) => Promise<unknown>,
    check: () => Promise<void> = () => Promise.resolve(),
  ): Promise<KeyedResult> {
    const resourceId = newId();
    if (!idempotency) {
      await check();
      await this.database.tx((manager) => work(manager, resourceId));
      return { resourceId, replayed: false };
    }
    const now = this.clock.now();
    const known = await this.repository.find(userId, idempotency, now);
    if (known !== null) return { resourceId: known, replayed: true };
    return this.running.during(userId, idempotency.key, async () => {
      await check();
      try {
        await this.database.tx(async (manager) => {
          await work(manager, resourceId);
          if (!(await this.repository.claim(userId, idempotency, resourceId, now, manager)))
            throw new ConcurrentRequestWon();
        });
      } catch (error) {
        // The concurrent winner may also have used up what `work` needed, as the last room of the user's limit.
        const made = await this.repository.find(userId, idempotency, now);
        if (made !== null) return { resourceId: made, replayed: true };
        throw error instanceof ConcurrentRequestWon ? inProgress() : error;
      }
      return { resourceId, replayed: false };
    });
  }

  /**
   * Like {@link once}, for work that no transaction covers (a call to another service, a wait). The key is kept
   * afterwards, so `work` must be safe to repeat: a crash in between or a concurrent request runs it again.
   * @param work returns the id that a replay is answered from
   * @throws Problem `idempotency_key_reused`, `idempotency_in_progress`; `session_ended` when the account is gone
   */
  async onceRepeatable(
    userId: string,
    idempotency: Idempotency | null,
    work: () => Promise<string>,
  ): Promise<KeyedResult> {
    if (!idempotency) return { resourceId: await work(), replayed: false };
    const known = await this.repository.find(userId, idempotency, this.clock.now());
    if (known !== null) return { resourceId: known, replayed: true };
    return this.running.during(userId, idempotency.key, async () => {
      const resourceId = await work();
      const isFirst = await this.repository.claim(userId, idempotency, resourceId, this.clock.now());
      return isFirst ? { resourceId, replayed: false } : this.winnerResult(userId, idempotency);
    });
  }

  /**
   * Runs a statement that has the steps of sql-steps.ts, and runs it again where a concurrent request with the same key
   * won: its commit is visible then, so the second run answers with its result.
   * @param concurrentWinnerOutcomes outcomes that the statement may report because a concurrent request won
   * @throws Problem `idempotency_in_progress` when the concurrent request does not end in time
   */
  runWithSteps<R extends { outcome: string }>(
    userId: string,
    idempotency: Idempotency | null,
    concurrentWinnerOutcomes: ReadonlySet<string>,
    statement: () => Promise<R>,
  ): Promise<R> {
    if (!idempotency) return statement();
    return this.running.during(userId, idempotency.key, async () => {
      try {
        const row = await statement().catch(ignoreTakenKey);
        return row === null || concurrentWinnerOutcomes.has(row.outcome) ? await statement() : row;
      } catch (error) {
        throw concurrentProblem(error);
      }
    });
  }

  /**
   * For a request that a limit refuses: was an equal one accepted? Waits for a concurrent request with the same key.
   * @throws Problem `idempotency_key_reused`, `idempotency_in_progress`
   */
  async isReplay(userId: string, idempotency: Idempotency): Promise<boolean> {
    const isKnown = async () => (await this.repository.find(userId, idempotency, this.clock.now())) !== null;
    if (await isKnown()) return true;
    const running = this.running.end(userId, idempotency.key);
    if (running === null) await pause(OTHER_PROCESS_WAIT_MS);
    else await endsInTime(running);
    return isKnown();
  }

  private async winnerResult(userId: string, idempotency: Idempotency): Promise<KeyedResult> {
    const resourceId = await this.repository.find(userId, idempotency, this.clock.now());
    if (resourceId === null) throw inProgress();
    return { resourceId, replayed: true };
  }
}

/** Rolls the transaction back when a concurrent request has taken the key. */
class ConcurrentRequestWon extends Error {}

async function endsInTime(running: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  const timeout = pause(CONCURRENT_WAIT_MS, 'timeout', { signal: timer.signal }).catch(() => null);
  const first = await Promise.race([running, timeout]);
  timer.abort();
  if (first === 'timeout') throw inProgress();
}

function ignoreTakenKey(error: unknown): null {
  const { code, constraint } = error as { code?: string; constraint?: string };
  if (code === UNIQUE_VIOLATION && constraint === 'idempotency_keys_pkey') return null;
  throw error;
}
