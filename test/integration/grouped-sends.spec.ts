import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { addPeople, type Person } from '../../bench/lab/people.js';
import { GroupedSends } from '../../src/messages/send/grouped-sends.js';
import { groupParameters, SEND_GROUP } from '../../src/messages/send/send-group.statement.js';
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
  /** Statements of a test, in their order: the group’s with the numbers of its members and of its rows. */
  let ran: string[] = [];
  let errors: unknown[] = [];
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
    [ran, errors] = [[], []];
    sends = new GroupedSends(database());
  });
  afterAll(async () => {
    await other.end();
    await pool.end();
  });

  const rows = async <T extends pg.QueryResultRow>(sql: string, values: unknown[] = []) =>
    (await pool.query<T>(sql, values)).rows;
  const database = (): Database => {
    const run = async (statement: Statement<object>, parameters: { userIds?: string[] }) => {
      const nth = ran.push(statement.name) - 1;
      try {
        const found = (await pool.query<object>(statement.bind(parameters))).rows;
        if (parameters.userIds) ran[nth] += ` ${found.length} of ${parameters.userIds.length}`;
        return found;
      } catch (error) {
        errors.push(error);
        throw error;
      }
    };
    const one = async (statement: Statement<object>, parameters: object) =>
      (await run(statement, parameters))[0];
    return { run, one } as unknown as Database;
  };
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
    expect(ran).toEqual(['send', 'send', 'send-group 20 of 20']);
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
    expect(ran).toContain('send-group 4 of 4');
    expect(grouped).toEqual(alone);
    expect(grouped.filter((row) => row.includes('"table":"messages"'))).toHaveLength(8);
  });

  it.each([
    ['chatrooms', 'select from chatrooms where id = $2 and user_id = $1 for no key update'],
    ['users', 'select from users where id = $1 and $2::uuid is not null for update'],
    [
      'daily_usage',
      `update daily_usage set used = used where day = '2026-01-01' and quota_key = (select quota_key from users where id = $1 and $2::uuid is not null)`,
    ],
    ['user_slots', 'select from user_slots where user_id = $1 and $2::uuid is not null for no key update'],
  ])('a member whose row of %s is locked does not delay the others, and goes alone', async (_, lock) => {
    const person = newcomer();
    await sends.run(sendOf(person));
    const keyed = { idempotencyKey: 'k', fingerprint: Buffer.from('f') };
    const locked = sendOf(person, { roomId: person.rooms[1]!, ...keyed });
    const free = Array.from({ length: 5 }, () => sendOf(newcomer()));
    const replyIds = free.map(({ replyId }) => replyId);
    await other.query('begin');
    await other.query(lock, [locked.userId, locked.roomId]);
    ran = [];
    const settled = together([locked, ...free]);
    await statementsWaiting({ rows }, 1);
    expect(await rows('select from messages where id = any($1)', [replyIds])).toHaveLength(5);
    await other.query('rollback');
    expect(outcomesOf(await settled)).toEqual(Array(6).fill('accepted'));
    expect(ran).toEqual(['send', 'send', 'send-group 5 of 6', 'send']);
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
    expect(ran).toEqual(['send', 'send', 'send-group', 'send', 'send']);
    const counted = await rows(
      `select used from daily_usage where day = '2026-01-01' and quota_key = (select quota_key from users where id = $1)`,
      [first.id],
    );
    expect(counted).toEqual([{ used: 2 }]);
  });

  it('refusals and replays of members are those of single sends', async () => {
    const [replays, reuses, over, foreign, victim] = Array.from({ length: 5 }, newcomer) as [
      Person,
      Person,
      Person,
      Person,
      Person,
    ];
    const keyed = { idempotencyKey: 'k', fingerprint: Buffer.from('f') };
    const limits = { basicLimit: 2, proLimit: 2 };
    const before = sendOf(replays, keyed);
    for (const send of [before, sendOf(reuses, keyed), sendOf(over), sendOf(over)]) await sends.run(send);
    ran = [];
    const settled = await together([
      sendOf(replays, { ...keyed, ...limits }),
      sendOf(reuses, { ...keyed, fingerprint: Buffer.from('g') }),
      sendOf(over, limits),
      sendOf(foreign, { roomId: victim.rooms[0]! }),
      sendOf(victim, { roomId: randomUUID() }),
      sendOf(newcomer()),
      sendOf(newcomer()),
    ]);
    expect(outcomesOf(settled)).toEqual([
      'replay',
      'key_reused',
      'over_daily_limit',
      'not_found',
      'not_found',
      'accepted',
      'accepted',
    ]);
    expect(settled[0]).toMatchObject({ priorReplyId: before.replyId });
    expect(ran).toEqual(['send', 'send', 'send-group 2 of 7', ...Array<string>(5).fill('send')]);
  });

  it('a key that has expired is good again', async () => {
    const person = newcomer();
    const keyed = { idempotencyKey: 'k', fingerprint: Buffer.from('f') };
    await sends.run(sendOf(person, { ...keyed, now: new Date(Date.now() - 25 * 3600_000) }));
    ran = [];
    const settled = await together([sendOf(person, keyed), sendOf(newcomer()), sendOf(newcomer())]);
    expect(outcomesOf(settled)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(ran).toEqual(['send', 'send', 'send-group 2 of 3', 'send']);
  });

  it.each([
    [
      'of a day',
      'delete from daily_usage where quota_key = (select quota_key from users where id = $1)',
      `insert into daily_usage (quota_key, day, used) select quota_key, '2026-01-01', 1 from users where id = $1`,
      'over_daily_limit',
    ],
    [
      'ever',
      'delete from user_slots where user_id = $1',
      'insert into user_slots (user_id) values ($1)',
      'accepted',
    ],
  ])(
    'the first send %s goes alone: PostgreSQL would wait for another one of the user',
    async (_, before, first, outcome) => {
      const person = newcomer();
      await other.query(before, [person.id]);
      await other.query('begin');
      await other.query(first, [person.id]);
      const limits = { basicLimit: 1, proLimit: 1 };
      const free = [sendOf(newcomer(), limits), sendOf(newcomer(), limits)];
      const settled = together([sendOf(person, limits), ...free]);
      await statementsWaiting({ rows }, 1);
      const replyIds = free.map(({ replyId }) => replyId);
      expect(await rows('select from messages where id = any($1)', [replyIds])).toHaveLength(2);
      await other.query('commit');
      expect(outcomesOf(await settled)).toEqual([outcome, 'accepted', 'accepted']);
      expect(ran).toEqual(['send', 'send', 'send-group 2 of 3', 'send']);
    },
  );

  it('the limit is that of the tier that the member has at the moment of the send', async () => {
    const [pro, basic, expired, spent] = [newcomer(), newcomer(), newcomer(), newcomer()];
    await other.query(`update users set tier = 'basic' where id = $1`, [basic.id]);
    await other.query(`update users set tier_ends_at = now() - interval '1 minute' where id = $1`, [
      expired.id,
    ]);
    const usage = `update daily_usage d set used = $2 from users u where u.quota_key = d.quota_key and u.id = $1`;
    for (const { id } of [pro, basic, expired]) await other.query(usage, [id, 1]);
    await other.query(usage, [spent.id, 2]);
    const members = [pro, basic, expired, spent].map((person) =>
      sendOf(person, { basicLimit: 1, proLimit: 2 }),
    );
    const outcomes = outcomesOf(await together(members));
    expect(outcomes).toEqual(['accepted', 'over_daily_limit', 'over_daily_limit', 'over_daily_limit']);
    expect(ran.slice(2)).toEqual(['send-group 1 of 4', 'send', 'send', 'send']);
  });

  it('a last unit that another group takes after the look at the count and before the lock is not taken twice', async () => {
    const all = Array.from({ length: 24 }, newcomer);
    const ids = all.map(({ id }) => id);
    const groupIn = (nth: number) =>
      SEND_GROUP.bind(
        groupParameters(
          all.map((person) => sendOf(person, { roomId: person.rooms[nth]!, basicLimit: 1, proLimit: 1 })),
        ),
      );
    for (let round = 0; round < 150; round += 1) {
      await other.query(
        'update daily_usage set used = 0 where quota_key in (select quota_key from users where id = any($1))',
        [ids],
      );
      // The second one begins while the first one commits, in some of the rounds.
      const later = pool
        .query('select pg_sleep($1)', [(round % 30) / 10_000])
        .then(() => pool.query(groupIn(1)));
      await Promise.all([pool.query(groupIn(0)), later]);
      const taken = await rows(
        'select used from daily_usage where quota_key in (select quota_key from users where id = any($1)) and used > 1',
        [ids],
      );
      expect(taken).toEqual([]);
    }
  });

  it('groups of two processes in any order never deadlock, and the day’s limit holds', async () => {
    const all = Array.from({ length: 12 }, newcomer);
    const processes = [sends, new GroupedSends(database())];
    const settled = await Promise.all(
      Array.from({ length: 600 }, (_, nth) => {
        const person = all[(nth * 7 + (nth >> 4)) % all.length]!;
        const place = { roomId: person.rooms[nth % 2]!, basicLimit: 20, proLimit: 20 };
        return processes[(nth >> 1) % 2]!.run(sendOf(person, place));
      }),
    );
    expect(settled.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(12 * 20);
    expect(settled.filter(({ outcome }) => outcome === 'over_daily_limit')).toHaveLength(600 - 12 * 20);
    expect(errors).toEqual([]);
    expect(ran.some((one) => /^send-group [^0]/.test(one))).toBe(true);
    const gaps = await rows(
      `select from messages where user_id = any($1) group by chatroom_id having max(seq) <> count(*)`,
      [all.map(({ id }) => id)],
    );
    expect(gaps).toEqual([]);
  });
});
