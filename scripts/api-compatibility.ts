import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ApiDocument } from '../src/platform/openapi/api-document.js';
import { breakingChanges } from './api-compatibility/breaking-changes.js';

// `npm run api:check [-- <git ref>] [--required]`: compares openapi.json with that of the last released version (tag
// v1.2.3), or of the given commit. With --required it fails when the last release is not in the local history.
const words = process.argv.slice(2);
const required = words.includes('--required');
const [named] = words.filter((word) => !word.startsWith('--'));

const git = (...command: string[]): string | null => {
  const { status, stdout } = spawnSync('git', command, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return status === 0 ? stdout.trim() : null;
};
const say = (line: string) => process.stdout.write(`${line}\n`);

if (required && git('rev-parse', '--is-shallow-repository') !== 'false') {
  process.stderr.write(
    'openapi.json: the last release is not in the local history; fetch all of it (fetch-depth: 0)\n',
  );
  process.exit(1);
}

// On the commit of a release its own tag matches: the previous one is compared.
const ref = named ?? git('describe', '--tags', '--abbrev=0', '--match=v[0-9]*', 'HEAD^');
const text = ref === null ? null : git('show', `${ref}:openapi.json`);
const read = (json: string) => JSON.parse(json) as ApiDocument;

if (text === null) {
  if (named !== undefined) {
    process.stderr.write(`openapi.json: not found at ${named}\n`);
    process.exit(1);
  }
  say('openapi.json: nothing to compare with, because no version is released yet (no tag v*)');
} else {
  const [released, present] = [read(text), read(readFileSync('openapi.json', 'utf8'))];
  const major = ({ info }: ApiDocument) => Number(info.version.split('.')[0]);
  const changes = breakingChanges(released, present);
  for (const change of changes) say(change);
  say(`openapi.json: breaking changes since ${ref}: ${changes.length}`);
  if (changes.length > 0 && major(present) <= major(released)) {
    process.stderr.write(
      'Clients rely on the previous form: add the new form beside it, or release the next major version.\n',
    );
    process.exit(1);
  }
}
