import { spawn, spawnSync } from 'node:child_process';
import { createClient, type RedisClientType } from '@keyv/redis';
import { freePort } from '../../src/platform/embedded-postgres/embedded-postgres.js';

export interface RunningRedis {
  /** URL of one of its sixteen databases. */
  url: (database: number) => string;
  pid: number;
  kill: () => void;
}

/** A Redis as the documentation requires: AOF, no eviction. Null if redis-server is not installed. */
export async function startRedis(dir: string): Promise<RunningRedis | null> {
  if (spawnSync('redis-server', ['--version']).status !== 0) return null;
  const port = await freePort();
  const options = { port, bind: '127.0.0.1', dir, appendonly: 'yes', 'maxmemory-policy': 'noeviction' };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const redis = spawn('redis-server', [...flags, '--save', ''], { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise<void>((resolve, reject) => {
    redis.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes('Ready to accept connections')) resolve();
    });
    redis.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
  });
  return {
    url: (database) => `redis://127.0.0.1:${port}/${database}`,
    pid: redis.pid!,
    kill: () => void redis.kill('SIGKILL'),
  };
}

/** Runs an action on one of its databases. */
export async function withRedis<T>(url: string, work: (client: RedisClientType) => Promise<T>): Promise<T> {
  const client = createClient({ url }) as RedisClientType;
  await client.connect();
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
