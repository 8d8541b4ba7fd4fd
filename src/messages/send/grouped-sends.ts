import type { Database } from '../../platform/database/database.js';
import { isAnswer } from '../../platform/database/outage.js';
import { groupParameters, SEND_GROUP, type SendGroupRow } from './send-group.statement.js';
import { SEND, type SendParameters, type SendRow } from './send.statement.js';

/** Statements in flight past which sends form a group: while one commits, the next one executes. */
const PLACES = 2;
/**
 * Longest time that a statement holds its place: longer than a commit on a slow disk. A send that waits for a lock leaves it then,
 * so that it does not delay the sends of others.
 */
const HOLD_MS = 50;
/** Most members of a group: one holds its members' locks until all are stored. */
const MAX_MEMBERS = 32;

interface WaitingSend {
  parameters: SendParameters;
  settle: (row: Promise<SendRow>) => void;
}

/**
 * Stores sends. One that finds a free place goes at once, as a statement of its own. Sends that come while {@link PLACES}
 * statements are in flight form a group, which is one statement and one commit (ADR 0035). What a group does not accept goes
 * alone, so that outcomes and errors are those of a single send.
 */
export class GroupedSends {
  private waiting: WaitingSend[] = [];
  private held = 0;
  /** Users of the statements that hold a place: another send of them would only wait for the same rows. */
  private readonly busyUsers = new Set<string>();

  constructor(private readonly database: Database) {}

  run(parameters: SendParameters): Promise<SendRow> {
    if (this.held < PLACES && !this.busyUsers.has(parameters.userId))
      return this.hold([parameters], this.alone(parameters));
    return new Promise((settle) => this.waiting.push({ parameters, settle }));
  }

  private async alone(parameters: SendParameters): Promise<SendRow> {
    return (await this.database.one(SEND, parameters))!;
  }

  /** Takes a place until the end of the statement. */
  private hold<T>(sends: readonly SendParameters[], statement: Promise<T>): Promise<T> {
    this.held += 1;
    for (const { userId } of sends) this.busyUsers.add(userId);
    let isHeld = true;
    const leave = () => {
      if (!isHeld) return;
      isHeld = false;
      clearTimeout(timer);
      this.held -= 1;
      for (const { userId } of sends) this.busyUsers.delete(userId);
      this.next();
    };
    const timer = setTimeout(leave, HOLD_MS);
    statement.then(leave, leave);
    return statement;
  }

  private next(): void {
    while (this.held < PLACES) {
      const group = this.takeGroup();
      if (group.length === 0) return;
      const sends = group.map(({ parameters }) => parameters);
      if (group.length > 1) void this.hold(sends, this.together(group, sends));
      else group[0]!.settle(this.hold(sends, this.alone(sends[0]!)));
    }
  }

  /** The sends that waited longest, one of a user: the statement would charge one row twice. */
  private takeGroup(): WaitingSend[] {
    const users = new Set(this.busyUsers);
    const group: WaitingSend[] = [];
    const rest: WaitingSend[] = [];
    for (const send of this.waiting) {
      const { userId } = send.parameters;
      const isTaken = group.length < MAX_MEMBERS && !users.has(userId) && fits(send, group[0]);
      users.add(userId);
      (isTaken ? group : rest).push(send);
    }
    this.waiting = rest;
    return group;
  }

  private async together(group: readonly WaitingSend[], sends: readonly SendParameters[]): Promise<void> {
    let rows: SendGroupRow[];
    try {
      rows = await this.database.run(SEND_GROUP, groupParameters(sends));
    } catch (error) {
      // Without an answer the members may be stored, and each would wait for the database again. An answer has rolled them
      // back, and one of them may be its cause.
      if (!isAnswer(error)) {
        for (const { settle } of group) settle(Promise.reject(error));
        return;
      }
      rows = [];
    }
    const accepted = new Map(rows.map(({ replyId, ...row }) => [replyId, row]));
    for (const { parameters, settle } of group) {
      const row = accepted.get(parameters.replyId);
      settle(
        row
          ? Promise.resolve({ ...row, outcome: 'accepted', priorReplyId: null, sibling: 1 })
          : this.alone(parameters),
      );
    }
  }
}

/** The statement counts on one day; the limits of a process do not change. */
const fits = ({ parameters }: WaitingSend, first: WaitingSend | undefined): boolean =>
  !first || first.parameters.day === parameters.day;
