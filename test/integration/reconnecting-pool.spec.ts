import { ReconnectingPool } from '../../src/platform/queue/reconnecting-pool.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { ADMIN_URL } from '../support/servers.js';

let wire: TcpProxy;
let pool: ReconnectingPool;
beforeEach(async () => {
  wire = await TcpProxy.to(process.env[ADMIN_URL]!);
  pool = new ReconnectingPool({ connectionString: wire.url, connectionTimeoutMillis: 500 });
  pool.on('error', () => undefined);
});
afterEach(async () => {
  await pool.end();
  await wire.close();
});

it('a first query while the database is away waits until it is back', async () => {
  wire.cut();
  const asked = pool.query<{ one: number }>('select 1 as one');
  await new Promise((resolve) => setTimeout(resolve, 300));
  wire.mend();
  expect((await asked).rows).toEqual([{ one: 1 }]);
});

it('so does one on a client of its own', async () => {
  wire.cut();
  const connected = pool.connect();
  await new Promise((resolve) => setTimeout(resolve, 300));
  wire.mend();
  const client = await connected;
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  client.release();
});

it('but not while the process is stopping', async () => {
  wire.cut();
  const asked = pool.query('select 1');
  pool.stopRetrying();
  await expect(asked).rejects.toThrow();
});

it('an error that is no outage is thrown at once', async () => {
  await expect(pool.query('select nonsense')).rejects.toMatchObject({ code: '42703' });
});
