import { spawn } from 'node:child_process';
import { freePort } from '../../src/platform/database/embedded-postgres.js';

/** A Redis server of one test alone, to be killed. */
export async function startOwnRedis(): Promise<{ url: string; kill: () => Promise<void> }> {
  const port = await freePort();
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await new Promise<void>((resolve, reject) => {
    server.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Ready to accept connections')) resolve();
    });
    server.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
  });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  return {
    url: `redis://127.0.0.1:${port}`,
    kill: () => {
      server.kill('SIGKILL');
      return ended;
    },
  };
}
