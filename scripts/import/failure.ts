import { DatabaseError } from '../../src/platform/database/connections.js';
import { isOutage } from '../../src/platform/database/outage.js';
import { startFailure } from '../../src/app/start-failure.js';
import { BadFile } from './faults.js';
import { ImportRunning } from './session.js';

/** State of an import when it ended. */
export interface Interrupted {
  dryRun: boolean;
  /** True for the embedded database. */
  isEmbedded: boolean;
}

/** Advice after an import that did not complete. */
export const resumeAdvice = ({ dryRun }: Pick<Interrupted, 'dryRun'>): string =>
  dryRun
    ? 'A dry run: nothing was written.'
    : 'Everything written is consistent. Run the same command again to continue.';

/** Explains why an import ended early. Never quotes PostgreSQL's message, which may contain a row (promise 10). */
export function importFailure(error: unknown, interrupted: Interrupted): string {
  if (error instanceof BadFile) return `${error.message} Nothing was imported.`;
  if (error instanceof ImportRunning) return error.message;
  return `${reasonOf(error, interrupted)}\n${resumeAdvice(interrupted)}`;
}

/** SQLSTATE of an unavailable server: operator intervention, connection exception (appendix A). */
const SERVER_UNAVAILABLE = /^(57P0|08)/;

function reasonOf(error: unknown, { isEmbedded }: Interrupted): string {
  if (error instanceof DatabaseError && !SERVER_UNAVAILABLE.test(error.code ?? ''))
    return `PostgreSQL refused a statement (SQLSTATE ${error.code}).`;
  return isEmbedded && isOutage(error)
    ? 'The embedded database stopped, because the process that ran it ended.'
    : startFailure(error);
}
