import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PATIENCE_MS = 30_000;
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface Started {
  url: string;
  /** From the command to the moment at which it answers. */
  seconds: number;
  /** npm, the shell and the product. */
  pid: number;
  stop: () => Promise<void>;
}

/** Types `npm start`, and waits until it says where it listens and is ready there. */
export async function npmStart(dataDir: string): Promise<Started> {
  const begun = performance.now();
  const npm = spawn('npm', ['start'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that its end reaches whatever npm put in between.
    detached: true,
  });
  // Asked, not killed: it stops its PostgreSQL.
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
