import { spawn } from 'node:child_process';
import { freePort } from '../../src/platform/embedded-postgres/embedded-postgres.js';

/**
 * Starts a Redis server with its data in a folder.
 * @throws Error when redis-server is not installed or does not start
 */
export async function startRedis(dir: string): Promise<{ url: string; kill: () => void }> {
  const port = await freePort();
  const options = { port, bind: '127.0.0.1', dir, save: '', 'maxmemory-policy': 'noeviction' };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const redis = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise<void>((resolve, reject) => {
    redis.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes('Ready to accept connections')) resolve();
    });
    redis.once('error', reject);
    redis.once('exit', (code) => reject(new Error(`redis-server exited with ${code}`)));
  });
  return { url: `redis://127.0.0.1:${port}`, kill: () => void redis.kill('SIGKILL') };
}
