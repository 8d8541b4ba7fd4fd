import { jest } from '@jest/globals';
import type { Database } from '../../platform/database/database.js';
import { GroupedSends } from './grouped-sends.js';
import type { SendParameters } from './send.statement.js';

afterEach(() => jest.useRealTimers());

/** A database whose statements end when the test says so. */
function heldDatabase() {
  const ran: {
    name: string;
    users: string[];
    end: (rows: object[]) => void;
    fail: (error: Error) => void;
  }[] = [];
  const run = ({ name }: { name: string }, parameters: { userIds?: string[]; userId?: string }) =>
    new Promise<object[]>((end, fail) =>
      ran.push({ name, users: parameters.userIds ?? [parameters.userId!], end, fail }),
    );
  const one = async (statement: { name: string }, parameters: object) =>
    (await run(statement, parameters))[0];
  const sends = new GroupedSends({ run, one } as unknown as Database);
  const send = (user: string, day = '2026-01-01') =>
    sends.run({ userId: user, replyId: `reply of ${user}`, day } as SendParameters);
  return { ran, send, users: () => ran.map(({ users }) => users.join()) };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('a group has 32 members at most, and a user has one send in flight', async () => {
  const { ran, send, users } = heldDatabase();
  const people = Array.from({ length: 34 }, (_, nth) => `${nth}`);
  for (const user of ['a', 'b', '0', ...people]) void send(user);
  ran[0]!.end([{}]);
  ran[1]!.end([{}]);
  await turn();
  expect(users()).toEqual(['a', 'b', people.slice(0, 32).join(), people.slice(32).join()]);
  ran[3]!.end([]);
  await turn();
  expect(ran.slice(4).map(({ name, users }) => [name, users])).toEqual([
    ['send', ['32']],
    ['send', ['33']],
  ]);
  ran[2]!.end(people.map((user) => ({ replyId: `reply of ${user}` })));
  await turn();
  expect(users().at(-1)).toBe('0');
});

it.each([
  ['a lost connection', {}],
  ['a refusal for want of connections', { code: '53300' }],
  ['a statement that took too long', { code: '57014' }],
  ['a failover', { code: '25006' }],
])(
  'after %s all members of a group fail, and none is sent again: it may be stored, or would wait again',
  async (_, given) => {
    const { ran, send } = heldDatabase();
    void send('a');
    void send('b');
    const members = [send('c'), send('d')].map((one) => one.catch((error: Error) => error.message));
    ran[0]!.end([{}]);
    await turn();
    ran[2]!.fail(Object.assign(new Error('Connection terminated unexpectedly'), given));
    expect(await Promise.all(members)).toEqual(Array(2).fill('Connection terminated unexpectedly'));
    expect(ran.map(({ name }) => name)).toEqual(['send', 'send', 'send-group']);
  },
);

it.each(['40P01', '55P03', '22021'])(
  'after %s each member goes alone: PostgreSQL has rolled the group back',
  async (code) => {
    const { ran, send } = heldDatabase();
    void send('a');
    void send('b');
    const members = [send('c'), send('d')];
    ran[0]!.end([{}]);
    await turn();
    ran[2]!.fail(Object.assign(new Error('refused'), { code }));
    await turn();
    expect(ran.slice(3).map(({ name, users }) => [name, users])).toEqual([
      ['send', ['c']],
      ['send', ['d']],
    ]);
    for (const { end } of ran.slice(3)) end([{ outcome: 'accepted' }]);
    expect(await Promise.all(members)).toEqual([{ outcome: 'accepted' }, { outcome: 'accepted' }]);
  },
);

it('a statement that waits for a lock holds its place for 50 ms, and one user has one place', async () => {
  jest.useFakeTimers();
  const { send, users } = heldDatabase();
  for (let nth = 0; nth < 4; nth += 1) void send('slow');
  void send('a');
  void send('b');
  await jest.advanceTimersByTimeAsync(49);
  expect(users()).toEqual(['slow', 'a']);
  await jest.advanceTimersByTimeAsync(1);
  expect(users()).toEqual(['slow', 'a', 'slow,b']);
});

it('a send that has waited for a second goes alone, whatever is in flight', async () => {
  jest.useFakeTimers();
  const { send, users } = heldDatabase();
  // Nothing ends: every 50 ms the next send of the one user goes.
  for (let nth = 0; nth < 40; nth += 1) void send('slow');
  await jest.advanceTimersByTimeAsync(1000);
  expect(users()).toHaveLength(21);
  await jest.advanceTimersByTimeAsync(50);
  expect(users()).toHaveLength(40);
});

it('a member that goes alone counts as in flight', async () => {
  const { ran, send, users } = heldDatabase();
  for (const user of ['a', 'b', 'c', 'd']) void send(user);
  ran[0]!.end([{}]);
  await turn();
  ran[2]!.end([{ replyId: 'reply of c' }]);
  await turn();
  expect(users()).toEqual(['a', 'b', 'c,d', 'd']);
  void send('e');
  expect(users()).toHaveLength(4);
  ran[3]!.end([{}]);
  await turn();
  expect(users().at(-1)).toBe('e');
});

it('sends of two days are two groups', async () => {
  const { ran, send, users } = heldDatabase();
  void send('a');
  void send('b');
  void send('c');
  void send('d', '2026-01-02');
  void send('e');
  void send('f', '2026-01-02');
  ran[0]!.end([{}]);
  ran[1]!.end([{}]);
  await turn();
  expect(users()).toEqual(['a', 'b', 'c,e', 'd,f']);
});
