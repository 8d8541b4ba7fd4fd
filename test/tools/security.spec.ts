import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ROOT } from './source-files.js';
import { hasTest } from './test-titles.js';

const text = readFileSync(resolve(ROOT, 'docs/security.md'), 'utf8');
const promised = text.slice(text.indexOf('## What is promised'), text.indexOf('## What is not promised'));
/** `[title](../path)` of a file of tests. */
const links = [...promised.matchAll(/\[([^\]]+)\]\(\.\.\/([^)]+\.(?:e2e|spec|chaos)\.ts)\)/g)].map(
  ([, title, file]) => [title!, file!] as const,
);

it.each(links)('the test that is named is there: %s', (title, file) => {
  expect([file, title, hasTest(file, title)]).toEqual([file, title, true]);
});

it('every promise names its test', () => {
  const rows = promised.split('\n').filter((line) => line.startsWith('|') && !/^\| (promise|-+) /.test(line));
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter((row) => !/\]\(\.\.\//.test(row))).toEqual([]);
});

describe('a title is looked for', () => {
  const here = 'test/tools/security.spec.ts';

  it('as it is written, and with what a row puts into it', () => {
    expect(hasTest(here, 'every promise names its test')).toBe(true);
    expect(hasTest(here, 'the test that is named is there: any')).toBe(true);
  });

  it.each(['every promise names its', 'of a file that says something else', 'any'])(
    'not found: %s',
    (title) => {
      expect(hasTest('test/tools/workflows.spec.ts', title)).toBe(false);
      expect(hasTest('test/tools/none.spec.ts', title)).toBe(false);
    },
  );
});
