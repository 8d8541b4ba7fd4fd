import { JWT_SECRET } from './keys.js';
import type { Lab } from './lab.js';
import { startProgram, type Program } from './program.js';

/** High enough that no run reaches it; every check is still made. */
const UNREACHED = '1000000';
const UNREACHED_PER_MINUTE = '100000000';
/** An address without a server; without a worker nothing calls it. */
const NOWHERE = 'http://127.0.0.1:9';

/**
 * The product in production: no sandbox, log to a file, every limit set. The worker runs elsewhere, so that generating
 * replies does not use the measured processor.
 */
export const PRODUCTION = {
  NODE_ENV: 'production',
  PORT: '0',
  APP_URL: 'http://127.0.0.1',
  JWT_SECRET,
  WORKER: 'separate',
  OTP_DELIVERY: 'webhook',
  SMS_WEBHOOK_URL: NOWHERE,
  SMS_WEBHOOK_SECRET: 'bench-0123456789abcdef0123456789',
  GEMINI_API_KEY: 'bench-asks-no-model',
  GEMINI_BASE_URL: NOWHERE,
  BILLING: 'off',
  BASIC_DAILY_LIMIT: UNREACHED,
  PRO_DAILY_LIMIT: UNREACHED,
  RATE_LIMIT_PER_MINUTE: UNREACHED_PER_MINUTE,
  PRO_RATE_LIMIT_PER_MINUTE: UNREACHED_PER_MINUTE,
  // A title is a call of its own, once per room: it is no part of what an answer costs.
  AUTO_TITLE: 'off',
};

export interface Backing {
  databaseUrl: string;
  /** Null: PostgreSQL has all roles. */
  redisUrl: string | null;
}

export const backingEnv = ({ databaseUrl, redisUrl }: Backing): Record<string, string> => ({
  DATABASE_URL: databaseUrl,
  ...(redisUrl !== null && { REDIS_URL: redisUrl }),
});

/** Folders of the compiled tree: what runs in production, and the files that a profile can tell apart by package. */
export type Tree = 'bundle/src' | 'src';

interface ProductOptions {
  nodeFlags?: string[];
  tree?: Tree;
  /** Beside that of production. */
  environment?: Record<string, string>;
}

/** Starts the real API process. */
export function startProduct(
  lab: Lab,
  backing: Backing,
  { nodeFlags = [], tree = 'bundle/src', environment = {} }: ProductOptions = {},
): Promise<Program> {
  return startProgram({
    script: `${tree}/main.js`,
    env: { ...PRODUCTION, ...backingEnv(backing), ...environment },
    dir: lab.dir,
    name: 'product',
    nodeFlags,
  });
}

/** Starts the bare server (bare/server.ts). */
export function startBare(lab: Lab, backing: Backing): Promise<Program> {
  return startProgram({
    script: 'bench/bare/server.js',
    env: { JWT_SECRET, ...backingEnv(backing) },
    dir: lab.dir,
    name: 'bare',
  });
}
