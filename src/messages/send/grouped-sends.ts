import type { Database } from '../../platform/database/database.js';
import { isOutage } from '../../platform/database/outage.js';
import { groupParameters, SEND_GROUP, type SendGroupRow } from './send-group.statement.js';
import { GROUPED_SENDS, SEND_STATEMENTS } from './send.metrics.js';
import { SEND, type SendParameters, type SendRow } from './send.statement.js';

/** Statements in flight past which sends form a group: while one commits, the next one executes. */
const MOST_IN_FLIGHT = 2;
/**
 * Longest time that a statement counts as in flight: longer than a commit on a slow disk. A send that waits for a lock no longer
 * delays the others then.
 */
const IN_FLIGHT_MS = 50;
/** Most members of a group: it holds its members' locks until all are stored. */
const MAX_MEMBERS = 32;
/** Longest wait for a group. After it a send goes alone, and the bounds of the connection pool apply. */
const MAX_WAIT_MS = 1000;
/** Deadlock, lock timeout: of one member, although they count as outages. */
const OF_ONE_MEMBER = new Set(['40P01', '55P03']);

interface WaitingSend {
  parameters: SendParameters;
  /** Milliseconds of `performance.now`. */
  since: number;
  settle: (row: Promise<SendRow>) => void;
}

/**
 * Stores sends (ADR 0035). A send goes at once, as a statement of its own, while fewer than {@link MOST_IN_FLIGHT} statements are
 * in flight. Sends that come meanwhile form a group, which is one statement and one commit. What a group does not accept goes
 * alone, so that outcomes and errors are those of a single send.
 */
export class GroupedSends {
  private waiting: WaitingSend[] = [];
  private inFlight = 0;
  /** Users of the statements in flight: another send of theirs would only wait for the same rows. */
  private readonly busyUsers = new Set<string>();

  constructor(private readonly database: Database) {}

  run(parameters: SendParameters): Promise<SendRow> {
    if (this.inFlight < MOST_IN_FLIGHT && !this.busyUsers.has(parameters.userId))
      return this.whileInFlight([parameters], this.alone(parameters));
    return new Promise((settle) => this.waiting.push({ parameters, since: performance.now(), settle }));
  }

  private async alone(parameters: SendParameters): Promise<SendRow> {
    SEND_STATEMENTS.inc({ kind: 'single' });
    return (await this.database.one(SEND, parameters))!;
  }

  /** Counts `work` as in flight until its end, {@link IN_FLIGHT_MS} at most. Then waiting sends go. */
  private whileInFlight<T>(sends: readonly SendParameters[], work: Promise<T>): Promise<T> {
    this.inFlight += 1;
    for (const { userId } of sends) this.busyUsers.add(userId);
    let counts = true;
    const leave = () => {
      if (!counts) return;
      counts = false;
      clearTimeout(timer);
      this.inFlight -= 1;
      for (const { userId } of sends) this.busyUsers.delete(userId);
      this.next();
    };
    const timer = setTimeout(leave, IN_FLIGHT_MS);
    work.then(leave, leave);
    return work;
  }

  private next(): void {
    while (this.waiting[0] && performance.now() - this.waiting[0].since > MAX_WAIT_MS) {
      const { parameters, settle } = this.waiting.shift()!;
      settle(this.alone(parameters));
    }
    while (this.inFlight < MOST_IN_FLIGHT) {
      const group = this.takeGroup();
      if (group.length === 0) return;
      const sends = group.map(({ parameters }) => parameters);
      if (group.length > 1) void this.whileInFlight(sends, this.together(group, sends));
      else group[0]!.settle(this.whileInFlight(sends, this.alone(sends[0]!)));
    }
  }

  /** The sends that waited longest, one of a user: the statement would charge one row twice. */
  private takeGroup(): WaitingSend[] {
    const users = new Set(this.busyUsers);
    const group: WaitingSend[] = [];
    const rest: WaitingSend[] = [];
    for (const send of this.waiting) {
      const { userId } = send.parameters;
      const isTaken = group.length < MAX_MEMBERS && !users.has(userId) && isOfSameDay(send, group[0]);
      users.add(userId);
      (isTaken ? group : rest).push(send);
    }
    this.waiting = rest;
    return group;
  }

  /** Ends when all members are settled. */
  private async together(group: readonly WaitingSend[], sends: readonly SendParameters[]): Promise<void> {
    SEND_STATEMENTS.inc({ kind: 'group' });
    let rows: SendGroupRow[] = [];
    try {
      rows = await this.database.run(SEND_GROUP, groupParameters(sends));
    } catch (error) {
      // Each member would wait for the database again, and after a lost connection it may be stored.
      if (isOutage(error) && !OF_ONE_MEMBER.has((error as { code?: string }).code ?? '')) {
        for (const { settle } of group) settle(Promise.reject(error));
        return;
      }
      // PostgreSQL has rolled the group back. One member is the cause.
    }
    GROUPED_SENDS.inc({}, rows.length);
    const accepted = new Map(rows.map(({ replyId, ...row }) => [replyId, row]));
    await Promise.allSettled(
      group.map(({ parameters, settle }) => {
        const row = accepted.get(parameters.replyId);
        const settled: Promise<SendRow> = row
          ? Promise.resolve({ ...row, outcome: 'accepted', priorReplyId: null, sibling: 1 })
          : this.alone(parameters);
        settle(settled);
        return settled;
      }),
    );
  }
}

/** The statement counts on one day. The limits of a process do not change. */
const isOfSameDay = ({ parameters }: WaitingSend, first: WaitingSend | undefined): boolean =>
  !first || first.parameters.day === parameters.day;
