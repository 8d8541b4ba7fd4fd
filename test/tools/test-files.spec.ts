import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  BOTH,
  DEPLOYMENTS,
  EXPECTED_SECONDS,
  FLEET,
  ONE_PROCESS,
  POSTGRES_ONLY,
} from '../support/file-lists.js';
import { filesThatNeed } from '../support/requirements.js';
import TestSequencer from '../support/test-sequencer.js';
import { ROOT } from './source-files.js';

const ofE2e = (name: string) => `test/e2e/${name}.e2e.ts`;

it.each([
  ['a backend', [...BOTH, ...POSTGRES_ONLY, ...DEPLOYMENTS]],
  ['a fleet', [...FLEET, ...ONE_PROCESS, ...DEPLOYMENTS]],
])('each file named for %s exists, in one list', (_, names) => {
  const files = [...names.map(ofE2e), ...Object.keys(EXPECTED_SECONDS)];
  expect(files.filter((file) => !existsSync(resolve(ROOT, file)))).toEqual([]);
  expect(names).toEqual([...new Set(names)]);
});

it.each(POSTGRES_ONLY)('%s, which does not run on Redis, has no branch for a backend', (name) => {
  expect(readFileSync(resolve(ROOT, ofE2e(name)), 'utf8')).not.toMatch(/redis|\bbackend(,| \}| [=!]==)/i);
});

it('each file that opens a browser is skipped where there is no Chromium', () => {
  const files = readdirSync(resolve(ROOT, 'test/e2e')).map((name) => `/test/e2e/${name}`);
  const opening = files.filter((file) =>
    /support\/(?:visitor|console-page|panel-page)\.js/.test(readFileSync(ROOT + file, 'utf8')),
  );
  const skipped = filesThatNeed('Chromium').map((pattern) => new RegExp(pattern));
  expect(opening.length).toBeGreaterThan(5);
  expect(files.filter((file) => skipped.some((pattern) => pattern.test(file)))).toEqual(opening);
});

describe('the order of the files', () => {
  const context = { config: { rootDir: ROOT, cache: false }, hasteFS: { getSize: () => 9000 } };
  const sorted = (...files: string[]) =>
    new TestSequencer({})
      .sort(files.map((file) => ({ path: resolve(ROOT, file), context })))
      .map(({ path }) => path.slice(ROOT.length + 1));

  it('without an earlier run the files that are known as long start first, whatever their size', () => {
    const [pages, harness] = [ofE2e('pages-browser'), 'test/chaos/torture.chaos.ts'];
    expect(sorted(ofE2e('boot'), harness, pages)).toEqual([pages, harness, ofE2e('boot')]);
  });
});
