import { fork, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../src/platform/embedded-postgres/embedded-postgres.js';
import { Client } from '../client.js';
import { TEST_ENVIRONMENT } from '../processes.js';
import { KEEPING, RedisServers } from '../redis-servers.js';
import type { PreviousState } from './state.js';
import { statementsFile } from './statements.js';

/**
 * Makes `test/fixtures/previous/<backend>.json`: the state that a release leaves behind when it stops during work; and
 * `statements.sql`: the statements that the release runs. Run it
 * with the built tree of that release, once after each release: `npm run build:test && node
 * dist/test/support/previous/make.js <its folder> <redis|postgres>`
 */
const [, , folder = '', backend = 'redis'] = process.argv;

const home = mkdtempSync(join(tmpdir(), 'chat-previous-'));
chmodSync(home, 0o755);
const postgres = await startEmbeddedPostgres(home);
const servers = new RedisServers();
const redisPort = backend === 'redis' ? await servers.start(KEEPING) : null;
const environment = {
  ...TEST_ENVIRONMENT,
  PATH: process.env.PATH,
  DATABASE_URL: postgres.url,
  // Without a worker, so that queued replies stay queued.
  WORKER: 'separate',
  ...(redisPort !== null && { REDIS_URL: `redis://127.0.0.1:${redisPort}` }),
};
const program = (path: string) => fork(resolve(folder, 'dist', path), [], { env: environment });

let product: ChildProcess | null = null;
try {
  await new Promise((done) => program('scripts/migrate.js').once('exit', done));
  const running = (product = program('src/main.js'));
  const url = await new Promise<string>((ready) =>
    running.once('message', ({ listening }: { listening: string }) => ready(listening)),
  );
  const told = await leaveWork(new Client(url));
  const db = new pg.Client({ connectionString: postgres.url });
  await db.connect();
  const redis = redisPort === null ? null : new Redis(redisPort);
  const state: PreviousState = {
    ...told,
    madeAt: new Date().toISOString(),
    rows: await allRows(db),
    keys: redis ? await allKeys(redis) : [],
  };
  redis?.disconnect();
  await db.end();
  writeFileSync(resolve('test/fixtures/previous', `${backend}.json`), `${JSON.stringify(state, null, 1)}\n`);
  const pages = readdirSync(resolve(folder, 'docs/sql')).map((page) =>
    readFileSync(resolve(folder, 'docs/sql', page), 'utf8'),
  );
  writeFileSync(resolve('test/fixtures/previous/statements.sql'), statementsFile(pages));
} finally {
  product?.kill('SIGKILL');
  servers.close();
  await postgres.stop();
  rmSync(home, { recursive: true, force: true });
}

/** A user with two rooms, a cached list and two waiting replies, and a code that is not sent yet. */
async function leaveWork(
  client: Client,
): Promise<Pick<PreviousState, 'session' | 'rooms' | 'replies' | 'code'>> {
  const asked = async (mobile_number: string): Promise<PreviousState['code']> => {
    const { body } = await client.post('/auth/send-otp', { mobile_number });
    return { mobile_number, challenge_id: body.challenge_id, otp: body.otp };
  };
  const { body: session } = await client.post('/auth/verify-otp', await asked('+919812345601'));
  const user = client.as(session.access_token);
  const rooms: string[] = [];
  const replies: PreviousState['replies'] = [];
  for (const name of ['First', 'Second']) {
    const room = (await user.post('/chatroom', { name })).body.id as string;
    rooms.push(room);
    const { body } = await user.post(`/chatroom/${room}/message`, { content: `hello from ${name}` });
    replies.push({ id: body.reply.id, room });
  }
  for (const _ of [1, 2]) await user.get('/chatroom');
  return {
    session: { userId: session.user.id, refreshToken: session.refresh_token },
    rooms,
    replies,
    code: await asked('+919812345602'),
  };
}

async function allRows(db: pg.Client): Promise<PreviousState['rows']> {
  const { rows: tables } = await db.query<{ name: string }>(
    `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
  );
  const all: PreviousState['rows'] = {};
  for (const { name } of tables) {
    const { rows } = await db.query<{ row: object }>(`select to_jsonb(t) as row from ${name} t`);
    if (rows.length > 0) all[name] = rows.map(({ row }) => row);
  }
  return all;
}

async function allKeys(redis: Redis): Promise<PreviousState['keys']> {
  const keys = (await redis.keys('*')).toSorted();
  return Promise.all(
    keys.map(async (key) => ({
      key,
      ttlMs: Math.max(0, await redis.pttl(key)),
      dump: (await redis.dumpBuffer(key)).toString('base64'),
    })),
  );
}
