import { randomBytes } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { AdjustableClock } from '../../src/platform/clock/clock.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { startApi } from '../../src/start-api.js';
import { admin, ADMIN_URL, REDIS_URL, TEMPLATE } from './servers.js';

declare const TEST_BACKEND: 'postgres' | 'redis' | undefined;

/** Which queue backend this run is on. */
export const backend = typeof TEST_BACKEND === 'undefined' ? 'postgres' : TEST_BACKEND;

/** A running product with a database of its own. */
export interface Product {
  url: string;
  app: NestFastifyApplication;
  clock: AdjustableClock;
  /** The product's database, for looking at state. */
  db: pg.Pool;
  databaseUrl: string;
  close: () => Promise<void>;
}

/** The environment that tests run with: limits that no test meets by accident. */
const TEST_ENVIRONMENT = {
  NODE_ENV: 'test',
  PORT: '0',
  JWT_SECRET: 'only-for-tests-0123456789abcdef0123456789abcdef',
  LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
  RATE_LIMIT_PER_MINUTE: '100000',
  PRO_RATE_LIMIT_PER_MINUTE: '100000',
  OTP_SENDS_PER_IP_PER_HOUR: '100000',
  OTP_SENDS_PER_PREFIX_PER_HOUR: '100000',
  OTP_SENDS_PER_DAY: '1000000',
};

/** Makes an empty, migrated database. */
export async function newDatabase(): Promise<string> {
  const url = new URL(process.env[ADMIN_URL]!);
  const name = `t_${randomBytes(6).toString('hex')}`;
  await admin(url.href, `create database ${name} template ${TEMPLATE}`);
  url.pathname = `/${name}`;
  return url.href;
}

/** Starts the API process (with its inline worker) inside the test, on a random port, on the backend of this run. */
export async function startProduct(
  environment: Record<string, string> = {},
  shared: { databaseUrl?: string; clock?: AdjustableClock } = {},
): Promise<Product> {
  const databaseUrl = shared.databaseUrl ?? (await newDatabase());
  const clock = shared.clock ?? new AdjustableClock();
  const config = loadConfig(
    {
      ...TEST_ENVIRONMENT,
      DATABASE_URL: databaseUrl,
      ...(backend === 'redis' && { REDIS_URL: redisUrl() }),
      ...environment,
    },
    { embeddedSecret: () => TEST_ENVIRONMENT.JWT_SECRET },
  );
  const { app, url } = await startApi({ config, clock, databaseUrl });
  const db = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  return {
    url,
    app,
    clock,
    db,
    databaseUrl,
    close: async () => {
      await app.close();
      await db.end();
    },
  };
}

/** One Redis server, sixteen databases: each test process takes one of its own, so that no job crosses over. */
function redisUrl(): string {
  return `${process.env[REDIS_URL]}/${Number(process.env.JEST_WORKER_ID ?? 1) % 16}`;
}
