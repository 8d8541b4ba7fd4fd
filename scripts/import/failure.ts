import pg from 'pg';
import { isOutage } from '../../src/platform/database/outage.js';
import { startFailure } from '../../src/start-failure.js';
import { BadFile } from './faults.js';
import { ImportRunning } from './session.js';

export const GO_ON =
  'What was written is whole. Run the same command again: it goes on where this one ended.';

/** Why an import ended early. Never in PostgreSQL's own words: they may quote a row (promise 10). */
export function importFailure(error: unknown): string {
  if (error instanceof BadFile) return `${error.message} Nothing was imported.`;
  if (error instanceof ImportRunning) return error.message;
  if (error instanceof pg.DatabaseError && !isOutage(error))
    return `PostgreSQL refused a statement (SQLSTATE ${error.code}).\n${GO_ON}`;
  return `${startFailure(error)}\n${GO_ON}`;
}
