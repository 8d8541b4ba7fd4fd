import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { addPeople, type Person } from '../../bench/lab/people.js';
import { GroupedSends } from '../../src/messages/send/grouped-sends.js';
import { SEND_GROUP } from '../../src/messages/send/send-group.statement.js';
import { SEND, type SendParameters, type SendRow } from '../../src/messages/send/send.statement.js';
import type { Database } from '../../src/platform/database/database.js';
import type { Statement } from '../../src/platform/database/statement.js';
import { connect, sendBy } from '../support/flat-cost.js';
import { statementsWaiting } from '../support/locks.js';
import { newDatabase } from '../support/processes.js';

describe('sends that are accepted as a group', () => {
  let pool: pg.Pool;
  let other: pg.Client;
  let people: Person[];
  /** Statements of a test, in their order: the group’s with the number of members. */
  let ran: string[] = [];
  let sends: GroupedSends;
  beforeAll(async () => {
    const databaseUrl = await newDatabase();
    pool = new pg.Pool({ connectionString: databaseUrl });
    other = await connect(databaseUrl);
    people = await addPeople(databaseUrl, 200, 2);
    // All have sent before, also today.
    await other.query(
      `insert into daily_usage (quota_key, day, used) select quota_key, '2026-01-01', 0 from users`,
    );
    await other.query('insert into user_slots (user_id) select id from users');
  });
  beforeEach(() => {
    ran = [];
    const run = async (statement: Statement<object>, parameters: { userIds?: string[] }) => {
      ran.push(statement.name + (parameters.userIds ? ` of ${parameters.userIds.length}` : ''));
      return (await pool.query<object>(statement.bind(parameters))).rows;
    };
    const one = async (statement: Statement<object>, parameters: object) =>
      (await run(statement, parameters))[0];
    sends = new GroupedSends({ run, one } as unknown as Database);
  });
  afterAll(async () => {
    await other.end();
    await pool.end();
  });

  const rows = async <T extends pg.QueryResultRow>(sql: string, values: unknown[] = []) =>
    (await pool.query<T>(sql, values)).rows;
  const newcomer = () => people.pop()!;
  const sendOf = ({ id, rooms }: Person, given: Partial<SendParameters> = {}): SendParameters => ({
    ...sendBy({ userId: id, roomId: rooms[0]! }),
    ...given,
  });
  /** Runs them as one group: two sends hold the places until it has formed. */
  async function together(members: SendParameters[]) {
    const first = [newcomer(), newcomer()].map((person) => sends.run(sendOf(person)));
    const outcomes = members.map((member) => sends.run(member));
    const settled = await Promise.allSettled(outcomes);
    await Promise.all(first);
    return settled.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error)));
  }
  const outcomesOf = (settled: Awaited<ReturnType<typeof together>>) =>
    settled.map((one) => (one instanceof Error ? 'error' : one.outcome));

  it('two sends go alone at once; those that come meanwhile are one statement', async () => {
    const members = Array.from({ length: 20 }, () => sendOf(newcomer()));
    expect(outcomesOf(await together(members))).toEqual(Array(20).fill('accepted'));
    expect(ran).toEqual(['send', 'send', 'send-group of 20']);
  });

  it('stores and returns what single sends do, also in a room with an unnamed name, on a branch, and with a key', async () => {
    const differences: Partial<SendParameters>[] = [
      {},
      { roomName: 'Why is the sky blue', content: 'Why?' },
      {
        content: 'a "quoted" \\ {text}, null',
        idempotencyKey: 'k',
        fingerprint: Buffer.from('f'),
        requestId: 'request',
        traceContext: 'trace',
      },
      { now: new Date('2026-01-01T10:00:00.123Z') },
    ];
    const shared = { basicLimit: 5, proLimit: 7, now: new Date('2026-01-01T09:00:00.456Z') };

    /** Returned and stored rows as text, with names in the places of ids. */
    async function rowsOf(send: (members: SendParameters[]) => Promise<object[]>): Promise<string[]> {
      const all = differences.map(() => newcomer());
      const [, unnamed, branched] = all.map(({ rooms }) => rooms[0]!);
      await other.query(`update chatrooms set name_source = 'default', name = 'New' where id = $1`, [
        unnamed,
      ]);
      await other.query('update chatrooms set branch = 5, branches = 2 where id = $1', [branched]);
      const members = all.map((person, nth) => sendOf(person, { ...shared, ...differences[nth] }));
      const returned = await send(members);
      const stored = await Promise.all(
        ['chatrooms', 'idempotency_keys', 'messages', 'room_slots', 'user_slots', 'usage'].map((table) =>
          rows(
            `with usage as (select u.id as user_id, d.day, d.used from daily_usage d join users u using (quota_key))
             select '${table}' as table, to_jsonb(t) as row from ${table} t where user_id = any($1)`,
            [all.map(({ id }) => id)],
          ),
        ),
      );
      const named = (row: object) => {
        let text = JSON.stringify(
          Object.fromEntries(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1))),
        );
        for (const [nth, { id, rooms: roomIds }] of all.entries()) {
          const { messageId, replyId } = members[nth]!;
          for (const [at, one] of [id, messageId, replyId, ...roomIds].entries())
            text = text.replaceAll(one, `${nth}.${at}`);
        }
        return text;
      };
      return [...returned, ...stored.flat()].map(named).toSorted();
    }

    const singly = (members: SendParameters[]) =>
      Promise.all(members.map(async (member) => (await pool.query<SendRow>(SEND.bind(member))).rows[0]!));
    const [alone, grouped] = [await rowsOf(singly), await rowsOf(together)];
    expect(ran).toContain('send-group of 4');
    expect(grouped).toEqual(alone);
    expect(grouped.filter((row) => row.includes('"table":"messages"'))).toHaveLength(8);
  });

  it.each([
    ['room', 'select from chatrooms where id = $2 and user_id = $1 for no key update'],
    [
      'user, whom a deletion of the account erases',
      'select from users where id = $1 and $2::uuid is not null for update',
    ],
    [
      'count of the day',
      `update daily_usage set used = used where day = '2026-01-01' and quota_key = (select quota_key from users where id = $1 and $2::uuid is not null)`,
    ],
    ['slots', 'select from user_slots where user_id = $1 and $2::uuid is not null for no key update'],
  ])('a member whose %s is locked does not delay the others, and goes alone', async (_, lock) => {
    const person = newcomer();
    await sends.run(sendOf(person));
    const keyed = { idempotencyKey: 'k', fingerprint: Buffer.from('f') };
    const held = sendOf(person, { roomId: person.rooms[1]!, ...keyed });
    const free = Array.from({ length: 5 }, () => sendOf(newcomer()));
    const replyIds = free.map(({ replyId }) => replyId);
    await other.query('begin');
    await other.query(lock, [held.userId, held.roomId]);
    ran = [];
    const settled = together([held, ...free]);
    await statementsWaiting({ rows }, 1);
    expect(await rows('select from messages where id = any($1)', [replyIds])).toHaveLength(5);
    await other.query('rollback');
    expect(outcomesOf(await settled)).toEqual(Array(6).fill('accepted'));
    expect(ran).toEqual(['send', 'send', 'send-group of 6', 'send']);
  });

  it('a member that PostgreSQL refuses fails alone', async () => {
    const members = Array.from({ length: 5 }, () => sendOf(newcomer()));
    members[2]!.content = 'NUL: \0';
    const settled = await together(members);
    expect(outcomesOf(settled)).toEqual(['accepted', 'accepted', 'error', 'accepted', 'accepted']);
    expect(settled[2]).toMatchObject({ code: '22021' });
  });

  it('two members that share a count of the day are both counted', async () => {
    const [first, second] = [newcomer(), newcomer()];
    await other.query(
      'update users set quota_key = (select quota_key from users where id = $1) where id = $2',
      [first.id, second.id],
    );
    expect(outcomesOf(await together([sendOf(first), sendOf(second)]))).toEqual(['accepted', 'accepted']);
    expect(ran).toEqual(['send', 'send', 'send-group of 2', 'send', 'send']);
    const counted = await rows(
      `select used from daily_usage where day = '2026-01-01' and quota_key = (select quota_key from users where id = $1)`,
      [first.id],
    );
    expect(counted).toEqual([{ used: 2 }]);
  });

  it('refusals and replays of members are those of single sends', async () => {
    const [replays, reuses, over, foreign, victim] = [
      newcomer(),
      newcomer(),
      newcomer(),
      newcomer(),
      newcomer(),
    ];
    const keyed = { idempotencyKey: 'k', fingerprint: Buffer.from('f') };
    const limits = { basicLimit: 1, proLimit: 1 };
    const before = sendOf(replays, keyed);
    for (const send of [before, sendOf(reuses, keyed), sendOf(over)]) await sends.run(send);
    const settled = await together([
      sendOf(replays, { ...keyed, ...limits }),
      sendOf(reuses, { ...keyed, fingerprint: Buffer.from('g') }),
      sendOf(over, limits),
      sendOf(foreign, { roomId: victim.rooms[0]! }),
      sendOf(victim, { roomId: randomUUID() }),
    ]);
    expect(outcomesOf(settled)).toEqual([
      'replay',
      'key_reused',
      'over_daily_limit',
      'not_found',
      'not_found',
    ]);
    expect(settled[0]).toMatchObject({ priorReplyId: before.replyId });
  });

  it('a key that has expired is good again', async () => {
    const person = newcomer();
    const keyed = { idempotencyKey: 'k', fingerprint: Buffer.from('f') };
    await sends.run(sendOf(person, { ...keyed, now: new Date(Date.now() - 25 * 3600_000) }));
    expect(outcomesOf(await together([sendOf(person, keyed), sendOf(newcomer())]))).toEqual([
      'accepted',
      'accepted',
    ]);
  });

  it.each([
    ['of a day', 'delete from daily_usage where quota_key = (select quota_key from users where id = $1)'],
    ['ever', 'delete from user_slots where user_id = $1'],
  ])(
    'the first send %s goes alone: a group would wait for another one of the user, and delay others',
    async (_, sql) => {
      const person = newcomer();
      await other.query(sql, [person.id]);
      const limits = { basicLimit: 1, proLimit: 1 };
      await other.query('begin');
      await other.query(SEND.bind(sendOf(person, limits)));
      const free = sendOf(newcomer(), limits);
      const settled = together([sendOf(person, { ...limits, roomId: person.rooms[1]! }), free]);
      await statementsWaiting({ rows }, 1);
      expect(await rows('select from messages where id = $1', [free.replyId])).toHaveLength(1);
      await other.query('commit');
      expect(outcomesOf(await settled)).toEqual(['over_daily_limit', 'accepted']);
      expect(ran).toEqual(['send', 'send', 'send-group of 2', 'send']);
    },
  );

  it('groups of two processes in any order never deadlock, and the day’s limit holds', async () => {
    const all = Array.from({ length: 12 }, newcomer);
    const processes = [
      sends,
      new GroupedSends({
        run: async (statement: Statement<object>, parameters: object) =>
          (await pool.query(statement.bind(parameters))).rows,
        one: async (statement: Statement<object>, parameters: object) =>
          (await pool.query(statement.bind(parameters))).rows[0],
      } as unknown as Database),
    ];
    const deadlocks = async () =>
      (await rows('select deadlocks::int from pg_stat_database where datname = current_database()'))[0]!
        .deadlocks;
    const before = await deadlocks();
    const settled = await Promise.all(
      Array.from({ length: 600 }, (_, nth) => {
        const person = all[(nth * 7 + (nth >> 4)) % all.length]!;
        const place = { roomId: person.rooms[nth % 2]!, basicLimit: 20, proLimit: 20 };
        return processes[(nth >> 1) % 2]!.run(sendOf(person, place));
      }),
    );
    expect(settled.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(12 * 20);
    expect(settled.filter(({ outcome }) => outcome === 'over_daily_limit')).toHaveLength(600 - 12 * 20);
    expect(await deadlocks()).toBe(before);
    expect(ran.some((name) => name.startsWith(SEND_GROUP.name + ' of'))).toBe(true);
    const gaps = await rows(
      `select from messages where user_id = any($1) group by chatroom_id having max(seq) <> count(*)`,
      [all.map(({ id }) => id)],
    );
    expect(gaps).toEqual([]);
  });
});
