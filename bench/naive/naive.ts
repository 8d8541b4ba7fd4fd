import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SANDBOX_API_KEY } from '@chat-backend/gemini-sandbox';
import { freePort } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import type { AnswerSite, Scene } from '../answers/site.js';
import { keys } from '../lab/keys.js';
import { rows } from '../lab/lab.js';
import type { Person } from '../lab/people.js';
import { startGroup } from './process-group.js';

/** The sources; only TypeScript is compiled into dist. */
const FOLDER = fileURLToPath(new URL('../../../bench/naive/', import.meta.url));
/**
 * Child processes of the worker. Celery's default of one a processor leaves a processor idle while its process waits for the
 * disk or the model. Four a processor were no faster than two.
 */
const CONCURRENCY = 2 * availableParallelism();
/** The two programs: no access log, and nothing that only several workers of one queue need. */
const SERVER = words(
  'uvicorn api:app --host 127.0.0.1 --loop uvloop --http httptools --no-access-log --log-level warning',
);
const WORKER = words(
  'celery --app tasks worker --loglevel WARNING --without-gossip --without-mingle --without-heartbeat',
);
const POLL_MS = 50;
const PATIENCE_MS = 30_000;
const AT_WORK = `select coalesce(sum(case role when 'user' then 1 else -1 end), 0)::int as live from messages`;

/** Starts the naive backend (api.py), with people and rooms of the scene in tables of its own. */
export async function openNaive(scene: Scene, python: string, redisDatabase: number): Promise<AnswerSite> {
  const { lab, people, modelUrl } = scene;
  const databaseUrl = await lab.unmigratedDatabase();
  const redisUrl = scene.redisUrl(redisDatabase)!;
  const port = await freePort();
  const start = (name: string, args: string[]) =>
    startGroup({
      command: python,
      args: ['-m', ...args],
      cwd: FOLDER,
      dir: lab.dir,
      name,
      env: {
        DATABASE_URL: databaseUrl,
        REDIS_URL: redisUrl,
        GEMINI_BASE_URL: modelUrl,
        GEMINI_API_KEY: SANDBOX_API_KEY,
        JWT_KEY: keys.current('access-token').key.export().toString('base64'),
        PYTHONDONTWRITEBYTECODE: '1',
      },
    });
  const api = start('naive-api', [...SERVER, '--port', String(port)]);
  const worker = start('naive-worker', [...WORKER, '--concurrency', String(CONCURRENCY)]);
  const url = `http://127.0.0.1:${port}`;
  const ready = async () => {
    await untilListening(url);
    await copyPeople(databaseUrl, people);
    await firstAnswer(url, people[0]!);
  };
  await Promise.race([ready(), api.failed, worker.failed]);
  return { api: { ...api, url }, worker, backing: { databaseUrl, redisUrl }, atWork: AT_WORK };
}

/** The API creates its tables before it listens. */
async function untilListening(url: string): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (!(await fetch(`${url}/health`).catch(() => null))?.ok) {
    if (performance.now() > until) throw new Error('the naive backend does not listen');
    await pause(POLL_MS);
  }
}

async function copyPeople(databaseUrl: string, people: Person[]): Promise<void> {
  await rows(databaseUrl, `insert into users (id, tier) select unnest($1::uuid[]), 'pro'`, [
    people.map(({ id }) => id),
  ]);
  await rows(
    databaseUrl,
    `insert into chatrooms (id, user_id, name, created_at)
     select id, user_id, 'Why the sky is blue, and other questions', now() from unnest($1::uuid[], $2::uuid[]) as r (id, user_id)`,
    [people.flatMap(({ rooms }) => rooms), people.flatMap(({ id, rooms }) => rooms.map(() => id))],
  );
  await rows(databaseUrl, 'vacuum analyze');
}

/** One answer shows that the worker is ready. */
async function firstAnswer(url: string, { token, rooms }: Person): Promise<void> {
  const answer = await fetch(`${url}/chatroom/${rooms[0]!}/message`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', prefer: 'wait=25' },
    body: JSON.stringify({ content: 'Why is the sky blue? chunks=1' }),
  });
  if (answer.status !== 201)
    throw new Error(`the naive backend answered ${answer.status}: ${await answer.text()}`);
}

function words(command: string): string[] {
  return command.split(' ');
}
