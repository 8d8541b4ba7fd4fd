import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { freePort } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { readPages } from './pages.js';
import { isUp } from './programs.js';
import type { Stores } from './stores.js';

/** The settings of docker-compose.yml. */
const EVALUATION = {
  NODE_ENV: 'development',
  SANDBOX_PUBLIC: 'anyone-may-sign-in-as-anyone',
  JWT_SECRET: 'b7Jq0Zk3VtYw9mXcR5sLh2NfPdGa8EuT',
  WORKER: 'separate',
};

const NUMBER = '+919876543210';
const IMPORTED = {
  'users.csv': 'id,mobile_number\n1,+919876543211\n',
  'rooms.csv': 'id,user_id,name\n1,1,First\n',
  'messages.csv': 'id,room_id,role,content\n1,1,user,Hello\n',
};

/**
 * Runs an image with the sandboxes and Redis. A user signs in, receives a reply from the worker and becomes an operator;
 * each command for operators reaches its result.
 */
export async function tryForEvaluation({ image, programs, databaseUrl, redisUrl }: Stores): Promise<void> {
  const port = String(await freePort());
  const origin = `http://127.0.0.1:${port}`;
  const stores = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
  const environment = { ...EVALUATION, ...stores, PORT: port, APP_URL: origin };
  const script = (path: string) => ['node', '--import', './dist/src/preload.js', `dist/bundle/${path}`];
  const command = (name: string, words: string[], text: string) =>
    programs.run([...script(`scripts/${name}.js`), ...words], environment, { text });

  const api = programs.start('the API', image.command, environment);
  const worker = programs.start('the worker', script('src/worker.js'), environment);
  await Promise.all([isUp(api), isUp(worker)]);
  const authorization = `Bearer ${await signIn(origin)}`;
  await receiveReply(origin, authorization);

  await command('admin', ['grant', NUMBER], 'is an admin now');
  const { headers } = await post(origin, '/admin/api/page-session', undefined, { authorization });
  const cookie = headers.get('set-cookie')!.split(';', 1)[0]!;
  await readPages(origin, { cookie }, [['/admin/', '"/admin/assets/']]);

  await command('doctor', [], 'Redis');
  await command('billing', ['reconcile'], 'accounts compared with Stripe');
  await command('import', ['--dry-run', ...writeImport(image.workdir)], 'messages');
  for (const each of [api, worker]) await programs.stop(each);
}

async function post(
  origin: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Response> {
  const answer = await fetch(new URL(path, origin), {
    method: 'POST',
    headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok)
    throw new Error(`the image answers POST ${path} with ${answer.status}: ${await answer.text()}`);
  return answer;
}

async function signIn(origin: string): Promise<string> {
  const sent = await post(origin, '/auth/send-otp', { mobile_number: NUMBER });
  const { otp, challenge_id } = (await sent.json()) as { otp: string; challenge_id: string };
  const verified = await post(origin, '/auth/verify-otp', { mobile_number: NUMBER, otp, challenge_id });
  return ((await verified.json()) as { access_token: string }).access_token;
}

/** @throws Error unless the worker completes a reply, which takes the queue, the model's client and the bus */
async function receiveReply(origin: string, authorization: string): Promise<void> {
  const room = (await (await post(origin, '/chatroom', undefined, { authorization })).json()) as {
    id: string;
  };
  const headers = { authorization, prefer: 'wait=20' };
  const sent = await post(
    origin,
    `/chatroom/${room.id}/message`,
    { content: 'Why is the sky blue?' },
    headers,
  );
  const { reply } = (await sent.json()) as { reply: { status: string } };
  if (reply.status !== 'completed') throw new Error(`the reply is ${reply.status}`);
}

/** @returns the paths of the files, in a folder in which the programs' user can write the rejected rows */
function writeImport(workdir: string): string[] {
  const folder = join(dirname(workdir), 'import');
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o777);
  return Object.entries(IMPORTED).map(([name, text]) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  });
}
