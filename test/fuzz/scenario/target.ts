import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { forkProgram } from '../../../bench/lab/program.js';
import { newDatabase, redisUrl, TEST_ENVIRONMENT } from '../../support/processes.js';
import { Product } from '../../support/product.js';
import type { Options } from '../options.js';
import { Wire } from '../requests/wire.js';

const HEAP_PROBE = new URL('./heap-probe.js', import.meta.url).href;

/** Limits that no sequence reaches, because all later responses would be 429. The daily limit of Basic stays at five. */
const RAISED = {
  OTP_SENDS_PER_NUMBER_PER_HOUR: '1000',
  OTP_SENDS_PER_NUMBER_PER_DAY: '10000',
  PASSWORD_HASH_CONCURRENCY: '2',
};

/** The limits that the product ships with; each sequence has its own address. */
const SHIPPED = {
  RATE_LIMIT_PER_MINUTE: '60',
  PRO_RATE_LIMIT_PER_MINUTE: '300',
  OTP_SENDS_PER_NUMBER_PER_HOUR: '5',
  OTP_SENDS_PER_NUMBER_PER_DAY: '10',
  OTP_SENDS_PER_IP_PER_HOUR: '20',
  OTP_SENDS_PER_PREFIX_PER_HOUR: '100',
  TRUST_PROXY: 'loopback',
};

/** A process under test. */
export interface Target {
  name: string;
  product: Product;
  wire: Wire;
  logPath: string;
  /** True for the process with shipped limits, where 429 is expected. */
  isLimited: boolean;
}

/** Starts two API processes with inline workers, each with its own database: one without limits, one with them. */
export async function startTargets({
  backend,
}: Options): Promise<{ open: Target; limited: Target; dir: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'chat-fuzz-log-'));
  const environment = {
    ...TEST_ENVIRONMENT,
    ADMIN_CAN_READ_MESSAGES: 'on',
    // A port without a listener: events are written, stay pending and can be replayed.
    EVENTS_WEBHOOK_URL: 'http://127.0.0.1:9/',
    EVENTS_WEBHOOK_SECRET: `whsec_${Buffer.alloc(24).toString('base64')}`,
    CORS_ORIGINS: 'http://localhost:*',
  };
  const open = await start('open', dir, backend, { ...environment, ...RAISED }, false);
  const limited = await start('limited', dir, backend, { ...environment, ...SHIPPED }, true);
  return { open, limited, dir };
}

async function start(
  name: string,
  dir: string,
  backend: Options['backend'],
  environment: Record<string, string>,
  isLimited: boolean,
): Promise<Target> {
  const databaseUrl = await newDatabase();
  const env = {
    ...environment,
    DATABASE_URL: databaseUrl,
    ...(backend === 'redis' && { REDIS_URL: redisUrl(databaseUrl) }),
  };
  const nodeFlags = ['--expose-gc', '--import', HEAP_PROBE];
  const { child, logPath } = forkProgram({ script: 'src/main.js', env, dir, name, nodeFlags });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message: { listening: string }) => resolve(message.listening));
    child.once('exit', (code) => reject(new Error(`the product ended with ${code}: see ${logPath}`)));
  });
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  pool.on('error', () => undefined);
  return {
    name,
    product: new Product(url, databaseUrl, pool, child, { text: '' }),
    wire: new Wire(url),
    logPath,
    isLimited,
  };
}
