import { parseArgs } from 'node:util';
import { allReferences, pinFiles } from './pins/pin-files.js';
import type { Reference } from './pins/references.js';

// `npm run pins` pins every image and action to the digest that its tag has now; with `--dry-run` it only prints the
// changes. `npm run pins:check` lists unpinned names and fails, without network access.
const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
    only: { type: 'string' },
    registry: { type: 'string' },
    git: { type: 'string' },
    root: { type: 'string', default: process.cwd() },
  },
});
const say = (line: string) => process.stdout.write(`${line}\n`);

if (values.only !== undefined && !['image', 'action'].includes(values.only))
  throw new Error('--only is image or action');
if (values.check) {
  const loose = allReferences(values.root).filter(({ pin }) => pin === null);
  for (const { file, line, name, tag } of loose) say(`${file}:${line} ${name} ${tag} is not pinned`);
  if (loose.length > 0)
    say('Run `npm run pins` on a machine that reaches the registry, and commit the files that it writes.');
  process.exitCode = loose.length > 0 ? 1 : 0;
} else {
  const only = values.only as Reference['kind'] | undefined;
  const { registry, git } = values;
  try {
    const changes = await pinFiles(values.root, { registry, git, only }, values['dry-run']);
    for (const change of changes) say(change);
    say(changes.length > 0 ? `${changes.length} changed` : 'Everything is pinned to what its tag means now.');
  } catch (error) {
    const { message, cause } = error as Error;
    say(`${message}${cause instanceof Error ? ` (${cause.message})` : ''}. Nothing was written.`);
    process.exitCode = 1;
  }
}
