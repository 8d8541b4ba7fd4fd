import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { newId } from '../crypto/id.js';
import { Database } from '../database/database.js';
import type { Idempotency } from './idempotency.js';
import { IdempotencyRepository, inProgress, twinProblem } from './idempotency.repository.js';
import { RunningRequests } from './running-requests.js';

/** What stands under a key: made by this request, or by an earlier one. */
export interface Done {
  resourceId: string;
  replayed: boolean;
}

/** A parallel twin waits this long, then it is 409 (contract); lock_timeout is the same. */
const TWIN_WAIT_MS = 5000;
/** A twin in another process is not seen until it commits. A send takes some 20 ms; this is ten times as long. */
const TWIN_ELSEWHERE_MS = 250;
const UNIQUE_VIOLATION = '23505';

/**
 * Idempotency-Key, in its two forms. A route that takes the header uses one of them (test/tools/idempotency.spec.ts):
 * {@link once} and {@link onceRepeatable} for most, the steps of sql-steps.ts under {@link alone} for statements that have
 * one round trip.
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
   * Does `work` in one transaction with the key: both are kept, or neither; once, also for parallel twins. The key comes
   * last: its foreign key locks the account's row, and the deletion of an account takes that row after those that `work`
   * takes, too (the count of rooms). The other way round the two deadlock.
   * @param work makes the resource under the id that it is given; uses the given manager alone. It is rolled
   * back where a twin was faster: nothing that it made may be used when `replayed` is true
   * @param check refuses a request that is no replay, before the transaction
   * @throws Problem `idempotency_key_reused`, `idempotency_in_progress`; `session_ended` when the account is gone
   */
  async once(
    userId: string,
    idempotency: Idempotency | null,
    work: (manager: EntityManager, resourceId: string) => Promise<unknown>,
    check: () => Promise<void> = () => Promise.resolve(),
  ): Promise<Done> {
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
            throw new TwinWasFirst();
        });
      } catch (error) {
        // A twin may also have taken what `work` needed: the last room that the person may have.
        const made = await this.repository.find(userId, idempotency, now);
        if (made !== null) return { resourceId: made, replayed: true };
        throw error instanceof TwinWasFirst ? inProgress() : error;
      }
      return { resourceId, replayed: false };
    });
  }

  /**
   * The same for work that no transaction holds (a call to another service, a wait). The key is kept after it, so `work`
   * must be safe to repeat: a crash between the two, or a parallel twin, does it again.
   * @param work gives the id of what a replay is answered from
   * @throws Problem `idempotency_key_reused`, `idempotency_in_progress`; `session_ended` when the account is gone
   */
  async onceRepeatable(
    userId: string,
    idempotency: Idempotency | null,
    work: () => Promise<string>,
  ): Promise<Done> {
    if (!idempotency) return { resourceId: await work(), replayed: false };
    const known = await this.repository.find(userId, idempotency, this.clock.now());
    if (known !== null) return { resourceId: known, replayed: true };
    return this.running.during(userId, idempotency.key, async () => {
      const resourceId = await work();
      const isFirst = await this.repository.claim(userId, idempotency, resourceId, this.clock.now());
      return isFirst ? { resourceId, replayed: false } : this.twins(userId, idempotency);
    });
  }

  /**
   * Runs a statement that has the steps of sql-steps.ts, and once more where a twin with the same key was faster: its
   * commit is visible then, so the second run answers with its result.
   * @param twinsDoing outcomes that a twin's success looks like to the one that waited for it
   * @throws Problem `idempotency_in_progress` when the twin is not done in time
   */
  alone<R extends { outcome: string }>(
    userId: string,
    idempotency: Idempotency | null,
    twinsDoing: ReadonlySet<string>,
    statement: () => Promise<R>,
  ): Promise<R> {
    if (!idempotency) return statement();
    return this.running.during(userId, idempotency.key, async () => {
      try {
        const row = await statement().catch(ignoreTakenKey);
        return row === null || twinsDoing.has(row.outcome) ? await statement() : row;
      } catch (error) {
        throw twinProblem(error);
      }
    });
  }

  /**
   * For a request that a limit refuses: has an equal one been accepted? Waits for a twin that is being carried out.
   * @throws Problem `idempotency_key_reused`, `idempotency_in_progress`
   */
  async isReplay(userId: string, idempotency: Idempotency): Promise<boolean> {
    const isKnown = async () => (await this.repository.find(userId, idempotency, this.clock.now())) !== null;
    if (await isKnown()) return true;
    const twins = this.running.end(userId, idempotency.key);
    if (twins === null) await pause(TWIN_ELSEWHERE_MS);
    else await endsInTime(twins);
    return isKnown();
  }

  private async twins(userId: string, idempotency: Idempotency): Promise<Done> {
    const resourceId = await this.repository.find(userId, idempotency, this.clock.now());
    if (resourceId === null) throw inProgress();
    return { resourceId, replayed: true };
  }
}

/** Rolls back what was done under a key that belongs to a parallel twin. */
class TwinWasFirst extends Error {}

async function endsInTime(twins: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  const tooLate = pause(TWIN_WAIT_MS, 'too late', { signal: patience.signal }).catch(() => null);
  const first = await Promise.race([twins, tooLate]);
  patience.abort();
  if (first === 'too late') throw inProgress();
}

function ignoreTakenKey(error: unknown): null {
  const { code, constraint } = error as { code?: string; constraint?: string };
  if (code === UNIQUE_VIOLATION && constraint === 'idempotency_keys_pkey') return null;
  throw error;
}
