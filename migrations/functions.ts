import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { QueryRunner } from 'typeorm';

/** Hexadecimal digits of a file's SHA-256 that a migration names it by. */
const DIGEST_LENGTH = 12;

/** The text of a function of the database, as it is now: migrations/functions/<name>.sql. */
export const functionFile = (name: string): Promise<string> =>
  readFile(new URL(`functions/${name}.sql`, import.meta.url), 'utf8').then((text) =>
    text.replaceAll('\r\n', '\n'),
  );

/** What a migration says which text of a function it brings. */
export const digestOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, DIGEST_LENGTH);

/**
 * Makes a function, or replaces it, as its file has it now. An older migration makes the newest text, too: PL/pgSQL looks
 * for tables and columns when the function runs.
 * @param _digest of the text that came with this migration. A change of the file needs a new migration that calls this
 * with the new digest (test/tools/migrations.spec.ts), or installed databases would keep the old text
 */
export async function createFunction(runner: QueryRunner, name: string, _digest: string): Promise<void> {
  await runner.query(await functionFile(name));
}
