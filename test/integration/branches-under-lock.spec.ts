import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { addPeople, type Person } from '../../bench/lab/people.js';
import { EDIT } from '../../src/messages/branches/edit.statement.js';
import { REGENERATE } from '../../src/messages/replies/reply-actions.statements.js';
import { SEND } from '../../src/messages/send/send.statement.js';
import { answerAll, connect, Counter, sendBy } from '../support/flat-cost.js';
import { statementsWaiting } from '../support/locks.js';
import { newDatabase } from '../support/processes.js';

describe('an action that waits for its room’s lock until another one is accepted and answered', () => {
  let databaseUrl: string;
  let people: Person[];
  let winner: pg.Client;
  let late: pg.Client;
  beforeAll(async () => {
    databaseUrl = await newDatabase();
    people = await addPeople(databaseUrl, 4, 1);
  });
  beforeEach(async () => {
    [winner, late] = [await connect(databaseUrl), await connect(databaseUrl)];
  });
  afterEach(() => Promise.all([winner.end(), late.end()]));

  const answer = () => {
    const counter = new Counter(winner);
    return answerAll(winner, { claim: counter, finish: counter });
  };

  /** A room with one answered message, and the actions on it. */
  async function room() {
    const { id: userId, rooms } = people.pop()!;
    const place = { userId, roomId: rooms[0]! };
    const first = sendBy(place);
    await winner.query(SEND.bind(first));
    await answer();
    return {
      roomId: place.roomId,
      leaf: first.replyId,
      send: () => SEND.bind(sendBy(place)),
      edit: () => EDIT.bind({ ...sendBy(place), editedId: first.messageId }),
      regenerate: () => REGENERATE.bind({ ...sendBy(place), replyId: first.replyId, resultId: randomUUID() }),
    };
  }

  /** The later action begins to wait with its view of the data; the winner is accepted, and its reply ends. */
  async function inOrder(first: pg.QueryConfig, then: pg.QueryConfig): Promise<string> {
    await winner.query('begin');
    await winner.query(first);
    const waiting = late.query<{ outcome: string }>(then);
    await statementsWaiting({ rows: async (sql) => (await winner.query(sql)).rows }, 1);
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

  it('an edit of a room that a deletion of the account has begun to erase is accepted, and has no end to note', async () => {
    const { roomId, leaf, edit } = await room();
    await winner.query('delete from messages where id = $1', [leaf]);
    const { rows } = await late.query<{ outcome: string }>(edit());
    expect(rows[0]!.outcome).toBe('accepted');
    expect(await branchesOf(roomId)).toEqual([[3, 2, 4]]);
  });
});
