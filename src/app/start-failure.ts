import { DataDirInUse } from '../platform/embedded-postgres/embedded-owner.js';
import { isOutage } from '../platform/database/outage.js';
import { SchemaBehind } from '../platform/database/schema-check.js';

/** Why a start failed, in a line that says how to mend it; the stack for a fault of ours. */
export function startFailure(error: unknown): string {
  if (error instanceof DataDirInUse || error instanceof SchemaBehind) return error.message;
  if (!(error instanceof Error)) return 'The start failed, and no error says why.';
  const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  switch (code ?? '') {
    case 'EADDRINUSE':
      return `Port ${port} is in use. Stop what listens there, or set PORT to another one.`;
    case 'EADDRNOTAVAIL':
      return `This machine has no address ${address}. Set HOST to one that it has.`;
    case 'EACCES':
      return `Port ${port} may not be opened by this user. Set PORT to one above 1023.`;
    case '28P01':
    case '28000':
      return 'The database refuses user or password of DATABASE_URL.';
    case '3D000':
      return 'The database that DATABASE_URL names does not exist. Create it first.';
    default:
      return isOutage(error)
        ? 'The database of DATABASE_URL cannot be reached.'
        : (error.stack ?? error.message);
  }
}
