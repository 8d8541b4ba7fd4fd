import { DatabaseError } from '../../src/platform/database/connections.js';
import { isOutage } from '../../src/platform/database/outage.js';
import { startFailure } from '../../src/app/start-failure.js';
import { BadFile } from './faults.js';
import { ImportRunning } from './session.js';

/** What an import was about when it ended. */
export interface Interrupted {
  dryRun: boolean;
  /** On the embedded database? */
  isEmbedded: boolean;
}

/** What is to be done after an end that is none. */
export const goOn = ({ dryRun }: Pick<Interrupted, 'dryRun'>): string =>
  dryRun
    ? 'A dry run: nothing was written.'
    : 'What was written is whole. Run the same command again: it goes on where this one ended.';

/** Why an import ended early. Never in PostgreSQL's own words: they may quote a row (promise 10). */
export function importFailure(error: unknown, interrupted: Interrupted): string {
  if (error instanceof BadFile) return `${error.message} Nothing was imported.`;
  if (error instanceof ImportRunning) return error.message;
  return `${reasonOf(error, interrupted)}\n${goOn(interrupted)}`;
}

/** SQLSTATE of a server that is not there (any more): operator intervention, connection exception (appendix A). */
const GONE = /^(57P0|08)/;

function reasonOf(error: unknown, { isEmbedded }: Interrupted): string {
  if (error instanceof DatabaseError && !GONE.test(error.code ?? ''))
    return `PostgreSQL refused a statement (SQLSTATE ${error.code}).`;
  return isEmbedded && isOutage(error)
    ? 'The embedded database has gone: the process that ran it has ended.'
    : startFailure(error);
}
