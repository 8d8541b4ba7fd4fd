import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Long for the first start of a clone, which compiles everything. */
const PATIENCE_MS = 30_000;
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface Started {
  url: string;
  /** Longest wait from the command to the first response. */
  seconds: number;
  /** npm, its shell and the product. */
  pid: number;
  stop: () => Promise<void>;
}

/** Runs `npm start`, and waits until it prints its address and is ready. @param root of the repository, or of a clone */
export async function npmStart(dataDir: string, root = ROOT): Promise<Started> {
  const begun = performance.now();
  const npm = spawn('npm', ['start'], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that a signal to it reaches all processes between npm and the product.
    detached: true,
  });
  // SIGTERM instead of SIGKILL, so that it stops its PostgreSQL.
  process.once('exit', () => npm.exitCode ?? kill(npm.pid!, 'SIGTERM'));
  const ended = new Promise<void>((resolve) => npm.once('exit', () => resolve()));
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const listening = /(?:^|\s)(http:\/\/127\.0\.0\.1:\d+)(?=\s)/.exec(output);
      if (listening) resolve(listening[1]!);
    };
    npm.stdout.on('data', read);
    npm.stderr.on('data', read);
    void ended.then(() => reject(new Error(`npm start ended:\n${output}`)));
  });
  await untilReady(url);
  const seconds = (performance.now() - begun) / 1000;
  const stop = () => {
    kill(npm.pid!, 'SIGTERM');
    return ended;
  };
  return { url, seconds, pid: npm.pid!, stop };
}

async function untilReady(url: string): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until) {
    const answer = await fetch(`${url}/health/ready`).catch(() => null);
    if (answer && answer.status < 500) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('the product does not get ready');
}

function kill(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // it has ended
  }
}
