import { migrate, MigrationBlocked, revertNewest } from '../../src/platform/database/migrate.js';
import { EX_TEMPFAIL, type CommandContext } from '../command-context.js';

/** Migrates the database, or reverts its newest migration, and returns the exit code of the command. */
export async function runMigrate(
  databaseUrl: string,
  direction: 'migrate' | 'revert',
  { out, err }: Pick<CommandContext, 'out' | 'err'>,
): Promise<number> {
  const say = (line: string) => void out.write(`${line}\n`);
  try {
    if (direction === 'revert') {
      const reverted = await revertNewest(databaseUrl, { say });
      say(reverted === null ? 'Nothing to revert.' : `Reverted: ${reverted}`);
    } else {
      const done = await migrate(databaseUrl, { say });
      say(done.length === 0 ? 'The schema is up to date.' : `Migrated: ${done.join(', ')}`);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof MigrationBlocked)) throw error;
    err.write(`${error.message}\n`);
    return EX_TEMPFAIL;
  }
}
