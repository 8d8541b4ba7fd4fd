import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { EDIT } from '../../src/messages/branches/edit.statement.js';
import { REGENERATE } from '../../src/messages/replies/reply-actions.statements.js';
import { SEND } from '../../src/messages/send/send.statement.js';
import type { Statement } from '../../src/platform/database/statement.js';
import { eventually } from '../support/eventually.js';
import { answerAll, connect, Counter, sendBy } from '../support/flat-cost.js';
import { newDatabase } from '../support/product.js';

describe('an action that waits for its room’s lock until another one is accepted and answered', () => {
  let databaseUrl: string;
  let winner: pg.Client;
  let late: pg.Client;
  beforeAll(async () => {
    databaseUrl = await newDatabase();
  });
  beforeEach(async () => {
    [winner, late] = [await connect(databaseUrl), await connect(databaseUrl)];
  });
  afterEach(() => Promise.all([winner.end(), late.end()]));

  const bound = <P extends object>(statement: Statement<P>, parameters: P) => statement.bind(parameters);
  const answer = () => {
    const counter = new Counter(winner);
    return answerAll(winner, { claim: counter, finish: counter });
  };

  /** A room with one answered message, and the actions on it. */
  async function room() {
    const place = { userId: randomUUID(), roomId: randomUUID() };
    await winner.query(
      `insert into users (id, mobile_number, quota_key, tier) values ($1::uuid, '+91' || $2, sha256($1::uuid::text::bytea), 'pro')`,
      [place.userId, randomUUID().replaceAll(/\D/g, '').slice(0, 10)],
    );
    await winner.query(
      `insert into chatrooms (id, user_id, name, name_source) values ($2, $1, 'Room', 'user')`,
      [place.userId, place.roomId],
    );
    const first = sendBy(place);
    await winner.query(bound(SEND, first));
    await answer();
    return {
      ...place,
      send: () => bound(SEND, sendBy(place)),
      edit: () => bound(EDIT, { ...sendBy(place), editedId: first.messageId }),
      regenerate: () =>
        bound(REGENERATE, { ...sendBy(place), replyId: first.replyId, resultId: randomUUID() }),
    };
  }

  /** The later action begins to wait with its view of the data; the winner is accepted, and its reply ends. */
  async function inOrder(first: pg.QueryConfig, then: pg.QueryConfig): Promise<string> {
    await winner.query('begin');
    await winner.query(first);
    const waiting = late.query<{ outcome: string }>(then);
    await eventually(async () => {
      const { rows } = await winner.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows.length > 0;
    });
    await answer();
    await winner.query('commit');
    return (await waiting).rows[0]!.outcome;
  }

  const branchesOf = async (roomId: string) =>
    (
      await winner.query<{ branch: number; sibling: number; tip_seq: number }>(
        'select branch, sibling, tip_seq from message_branches where chatroom_id = $1 order by branch',
        [roomId],
      )
    ).rows.map(({ branch, sibling, tip_seq }) => [branch, sibling, tip_seq]);

  it('edit: two siblings have two numbers', async () => {
    const { roomId, edit } = await room();
    expect(await inOrder(edit(), edit())).toBe('accepted');
    expect(await branchesOf(roomId)).toEqual([
      [0, 1, 2],
      [3, 2, 4],
      [5, 3, 6],
    ]);
  });

  it('regenerate: two siblings have two numbers', async () => {
    const { roomId, regenerate } = await room();
    expect(await inOrder(regenerate(), regenerate())).toBe('accepted');
    expect(await branchesOf(roomId)).toEqual([
      [0, 1, 2],
      [3, 2, 3],
      [4, 3, 4],
    ]);
  });

  it('after a send, the branch that it leaves ends with the message that was sent', async () => {
    const { roomId, send, edit } = await room();
    expect(await inOrder(send(), edit())).toBe('accepted');
    expect(await branchesOf(roomId)).toEqual([
      [0, 1, 4],
      [5, 2, 6],
    ]);
  });
});
