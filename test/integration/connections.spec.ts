import type pg from 'pg';
import { createClient, createPool } from '../../src/platform/database/connections.js';
import { RequestPool } from '../../src/platform/database/request-pool.js';
import { ReconnectingPool } from '../../src/platform/queue/reconnecting-pool.js';
import { ADMIN_URL } from '../support/servers.js';
import { TcpProxy } from '../support/tcp-proxy.js';

let wire: TcpProxy;
beforeEach(async () => {
  wire = await TcpProxy.to(process.env[ADMIN_URL]!);
});
afterEach(() => wire.close());

const options = () => ({ connectionString: wire.url, max: 2, connectionTimeoutMillis: 900 });
const POOLS: [string, () => pg.Pool][] = [
  ['a pool of createPool', () => createPool(options())],
  ['the pool of the requests', () => new RequestPool(options())],
  ['the pool of the queue', () => new ReconnectingPool(options())],
];
const BREAKS: [string, (wire: TcpProxy) => void][] = [
  ['reset', (wire) => wire.reset()],
  ['half-closed', (wire) => wire.halfClose()],
  ['cut', (wire) => wire.cut()],
];
const CASES = POOLS.flatMap(([pool, open]) => BREAKS.map(([how, breakIt]) => ({ pool, open, how, breakIt })));

/** Resolves when the client knows that its link is gone. */
const lost = (client: pg.Client) => new Promise<void>((resolve) => client.once('end', () => resolve()));

// Without a listener the `error` event is an uncaught exception: it fails the test, and ends a process.
it.each(CASES)('$pool survives that a link is $how while a caller holds it', async ({ open, breakIt }) => {
  const pool = open();
  const client = await pool.connect();
  const gone = lost(client);
  breakIt(wire);
  await gone;
  await expect(client.query('select 1')).rejects.toThrow();
  client.release();
  wire.mend();
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await pool.end();
});

it.each(CASES)('$pool survives that a link is $how while it is idle', async ({ open, breakIt }) => {
  const pool = open();
  const client = await pool.connect();
  const gone = lost(client);
  client.release();
  breakIt(wire);
  await gone;
  wire.mend();
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await pool.end();
});

it.each(BREAKS)('a client of its own survives that its link is %s', async (_how, breakIt) => {
  const client = createClient({ connectionString: wire.url });
  await client.connect();
  const gone = lost(client);
  breakIt(wire);
  await gone;
  await expect(client.query('select 1')).rejects.toThrow();
});

it('a burst of ten times the pool is served, and what exceeds it is refused at once', async () => {
  const pool = new RequestPool(options());
  const burst = Array.from({ length: 23 }, () => pool.query('select pg_sleep(0.01)'));
  const outcomes = await Promise.allSettled(burst);
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(1);
  expect(refused[0]).toMatchObject({ reason: { code: '53300' } });
  await pool.end();
});

it('a connection that opens slowly is opened again while the database completes statements', async () => {
  const pool = new RequestPool(options());
  const client = await pool.connect();
  // Slower than the timeout of an opening, faster than a request may wait.
  wire.slowDown(1000);
  const slow = pool.query('select 1 as one');
  setImmediate(() => client.release());
  expect((await slow).rows).toEqual([{ one: 1 }]);
  await pool.end();
});

it('a connection that opens slowly is refused when the database completes nothing', async () => {
  const pool = new RequestPool(options());
  wire.slowDown(10_000);
  await expect(pool.query('select 1')).rejects.toThrow('timeout');
  await pool.end();
});
