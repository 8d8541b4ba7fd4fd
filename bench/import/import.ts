import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TEST_ENVIRONMENT } from '../../test/support/processes.js';
import { rows, type Lab } from '../lab/lab.js';
import type { ImportFigures } from './figures.js';
import { writeFiles } from './files.js';

const COMMAND = fileURLToPath(new URL('../../scripts/import.js', import.meta.url));

/**
 * Runs `npm run import` on files with these numbers of messages, into an empty database each; a room has 20 messages, a
 * user 100.
 */
export async function measureImport(lab: Lab, sizes: number[]): Promise<ImportFigures[]> {
  const found: ImportFigures[] = [];
  for (const messages of sizes) found.push(await importOnce(lab, messages));
  return found;
}

async function importOnce(lab: Lab, messages: number): Promise<ImportFigures> {
  const dir = mkdtempSync(join(tmpdir(), 'chat-bench-import-'));
  try {
    const databaseUrl = await lab.newDatabase();
    const { users, rooms: roomFile, messages: messageFile } = await writeFiles(dir, messages);
    const run = () => runImport(databaseUrl, [users, roomFile, messageFile]);
    const first = await run();
    const second = await run();
    const [there] = await rows<{ count: number }>(databaseUrl, 'select count(*)::int as count from messages');
    if (there!.count !== messages) throw new Error(`${there!.count} messages of ${messages} were imported`);
    return {
      messages,
      seconds: first.seconds,
      rowsPerSecond: first.rowsPerSecond,
      megabytes: first.megabytes,
      againSeconds: second.seconds,
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The summary that the command prints at its end. */
const LAST_LINE = /rows in ([\d.]+) s \(([\d,]+) a second\), at most (\d+) MB/;

function runImport(
  databaseUrl: string,
  files: string[],
): Promise<{ seconds: number; rowsPerSecond: number; megabytes: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [COMMAND, ...files], {
      env: { PATH: process.env.PATH, ...TEST_ENVIRONMENT, DATABASE_URL: databaseUrl },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => void (output += chunk.toString()));
    child.once('close', (code) => {
      const said = LAST_LINE.exec(output);
      if (code !== 0 || !said) return reject(new Error(`the import ended with ${code}:\n${output}`));
      const [seconds, rowsPerSecond, megabytes] = said
        .slice(1)
        .map((word) => Number(word.replaceAll(',', '')));
      resolve({ seconds: seconds!, rowsPerSecond: rowsPerSecond!, megabytes: megabytes! });
    });
  });
}
