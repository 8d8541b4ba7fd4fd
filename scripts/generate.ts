import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { staleFiles } from './generate/stale-files.js';
import { GENERATED_FILES } from './generate/generated-files.js';

// Writes every generated file whose text has changed. With --check it writes nothing, and fails if a file would change.
const check = process.argv.includes('--check');
const stale = await staleFiles(GENERATED_FILES, (path) => readFile(path, 'utf8'));

for (const { path, text, hint } of stale) {
  if (check) process.stderr.write(`${path} is stale:\n${hint}\n`);
  else {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    process.stdout.write(`${path} written\n`);
  }
}
if (check && stale.length > 0) {
  process.stderr.write('Run "npm run generate" and commit the files that it writes.\n');
  process.exit(1);
}
