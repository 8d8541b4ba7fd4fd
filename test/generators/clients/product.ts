import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Long for a slow machine: a database is made and migrated. */
const START_MS = 60_000;

/** The compiled product with every sandbox on, on a database of its own, in a process of its own. */
export async function startProduct(root: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'chat-generators-'));
  const port = await freePort();
  const { PATH, HOME } = process.env;
  const process_ = spawn(process.execPath, [join(root, 'dist/bundle/src/main.js')], {
    cwd: root,
    env: { PATH, HOME, PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(process_, 'exit');
  const stop = async () => {
    process_.kill();
    await ended;
    await rm(dataDir, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  const until = Date.now() + START_MS;
  const isReady = () =>
    fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (Date.now() > until || process_.exitCode !== null) {
      await stop();
      throw new Error('the product does not start: "npm run build" first, or see above');
    }
    await new Promise((again) => setTimeout(again, 100));
  }
  return { url, stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
