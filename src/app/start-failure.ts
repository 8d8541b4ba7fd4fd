import { setTimeout } from 'node:timers/promises';
import { DataDirInUse } from '../platform/embedded-postgres/embedded-owner.js';
import { isOutage } from '../platform/database/outage.js';
import { SchemaBehind } from '../platform/database/schema-check.js';

/** The cause of a failed start, in one line that says how to fix it; with the stack for a fault of the product. */
export function startFailure(error: unknown): string {
  if (error instanceof DataDirInUse || error instanceof SchemaBehind) return error.message;
  if (!(error instanceof Error)) return 'The start failed without an error.';
  const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  switch (code ?? '') {
    case 'EADDRINUSE':
      return `Port ${port} is in use. Stop the process that listens there, or set PORT (a worker: WORKER_PROBE_PORT) to another port.`;
    case 'EADDRNOTAVAIL':
      return `This machine has no address ${address}. Set HOST to an address of this machine.`;
    case 'EACCES':
      return `Port ${port} may not be opened by this user. Set PORT (a worker: WORKER_PROBE_PORT) above 1023.`;
    case '28P01':
    case '28000':
      return 'The database refuses the user or password of DATABASE_URL.';
    case '3D000':
      return 'The database that DATABASE_URL names does not exist. Create it first.';
    default:
      return isOutage(error)
        ? 'The database of DATABASE_URL cannot be reached.'
        : (error.stack ?? error.message);
  }
}

/** A half-started application may never finish closing. After this time its database is stopped, and the process ends. */
const HALF_STARTED_CLOSE_MS = 2_000;

/**
 * Waits until what a failed start has opened is closed, before its embedded database stops.
 * @throws the error of the start, always
 */
export async function closeFailedStart(closed: Promise<void>, error: unknown): Promise<never> {
  await Promise.race([closed, setTimeout(HALF_STARTED_CLOSE_MS, undefined, { ref: false })]);
  throw error;
}
