import pg from 'pg';
import { runAdmin, runAdminProgram, says, type Ended } from '../support/admin-command.js';
import type { Answer } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import {
  EXCHANGE,
  IMPORT_LOCK,
  importWith,
  newSource,
  oneRoom,
  startImport,
  type Imported,
} from '../support/importing.js';
import { newMobile, signIn } from '../support/people.js';
import type { Product } from '../support/product.js';
import { newDataDir, startEmbedded } from '../support/rooms.js';

/** Results of the commands, in the order in which they run. */
interface Results {
  grantAtFirst: Ended;
  imported: Imported;
  userId: string;
  rooms: Answer;
  grant: Ended;
  adminPage: Answer;
  importWhenGone: Imported;
  dryRunWhenGone: Imported;
  revoke: Ended;
}

/** Commands without configuration, before, beside and after one product: most of the time is that of the embedded database. */
describe('on the embedded database', () => {
  const environment = { DATABASE_URL: '', DATA_DIR: newDataDir() };
  const number = newMobile();
  const csv = oneRoom(number, EXCHANGE);
  let results: Results;

  beforeAll(async () => {
    // Before the first start of all: the database exists and has no users.
    const grantAtFirst = await runAdminProgram(environment, 'grant', number);
    const imported = await startImport(environment, csv).ended;

    const product = await startEmbedded(environment.DATA_DIR);
    const { user, client } = await signIn(product, number);
    const rooms = await client.get('/chatroom');
    const grant = await runAdmin(environment, 'grant', number);
    const adminPage = await client.get('/admin/api/users');
    const whenGone = await importsUntilStopped(product);

    const revoke = await runAdminProgram(environment, 'revoke', number);
    results = { grantAtFirst, imported, userId: user.id, rooms, grant, adminPage, ...whenGone, revoke };
  });

  /** Stops the product while an import and a dry run on its database wait for the end of another import. */
  async function importsUntilStopped(product: Product) {
    const holder = new pg.Client({ connectionString: product.databaseUrl });
    holder.on('error', () => undefined);
    await holder.connect();
    await holder.query(`select pg_advisory_lock(${IMPORT_LOCK})`);
    const waiting = (count: number) =>
      eventually(
        () =>
          product.rows(
            `select from pg_stat_activity where application_name = 'chat-import' and wait_event = 'advisory'`,
          ),
        ({ length }) => length === count,
      );
    const { ended } = startImport(environment, csv, newSource());
    await waiting(1);
    const dryRun = importWith(environment, csv, newSource(), '--dry-run');
    await waiting(2);
    await product.close();
    return { importWhenGone: await ended, dryRunWhenGone: await dryRun };
  }

  describe('an import', () => {
    it('works without configuration, and the product starts with the imported data', () => {
      const { imported, rooms } = results;
      expect([imported.code, imported.output]).toEqual([0, expect.stringContaining('2 new')]);
      expect(rooms.body.data).toMatchObject([{ name: 'Physics', message_count: 2 }]);
    });
  });

  describe('admin:grant and admin:revoke', () => {
    it('reach the embedded database with and without a running product', () => {
      const { grantAtFirst, grant, userId, adminPage, revoke } = results;
      expect(grantAtFirst).toEqual(says(1, 'No account has this number'));
      expect(grant).toEqual(says(0, `The account ${userId} is an admin now`));
      expect(adminPage.body.data).toHaveLength(1);
      expect(revoke).toEqual(says(0, 'No admin is left'));
    });
  });

  it.each([
    [
      'an import',
      'importWhenGone',
      'Everything written is consistent. Run the same command again to continue.',
    ],
    ['a dry run', 'dryRunWhenGone', 'A dry run: nothing was written.'],
  ] as const)('%s says that the embedded database it was on has gone, and what to do', (_, run, then) => {
    expect(results[run]).toMatchObject({
      code: 75,
      output: expect.stringContaining(
        `The embedded database stopped, because the process that ran it ended.\n${then}`,
      ),
    });
  });
});
