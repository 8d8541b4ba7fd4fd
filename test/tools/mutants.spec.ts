import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { MUTANTS } from '../mutants/mutants.js';
import { ROOT } from './source-files.js';
import { hasTest } from './test-titles.js';

const all = Object.values(MUTANTS).flat();
/** Without the blanks that tables are aligned with. */
const told = readFileSync(resolve(ROOT, 'docs/mutation.md'), 'utf8').replaceAll(/ +/g, ' ');

it.each(all)('$name: matches one place of the sources and has a test', ({ file, find, put, killedBy }) => {
  expect(readFileSync(resolve(ROOT, file), 'utf8').split(find)).toHaveLength(2);
  expect(put).not.toBe(find);
  expect([killedBy.test, hasTest(killedBy.file, killedBy.test)]).toEqual([killedBy.test, true]);
});

it.each(all)('$name: is listed in docs/mutation.md, beside its test', ({ name, killedBy }) => {
  expect(told).toContain(`| ${name} | [${killedBy.test}](../${killedBy.file}) |`);
});

it('no two mutants are the same', () => {
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  expect(new Set(all.map(({ file, find, put }) => file + find + put)).size).toBe(all.length);
});
