import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ROOT } from './source-files.js';

const folder = mkdtempSync(join(tmpdir(), 'chat-scripts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const programs = {
  good: `console.log('good begins'); console.log('good ends')`,
  bad: `console.error('bad says why'); process.exitCode = 3`,
};
for (const [name, program] of Object.entries(programs)) writeFileSync(join(folder, `${name}.js`), program);
const scripts = { good: 'node good.js', bad: 'node bad.js' };
writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts }));
const run = (...names: string[]) =>
  spawnSync(process.execPath, [resolve(ROOT, 'scripts/side-by-side.js'), ...names], {
    cwd: folder,
    encoding: 'utf8',
  });

it('scripts that run side by side print their output whole, and succeed together', () => {
  const { status, stdout } = run('good', 'good');
  expect([status, stdout]).toEqual([0, 'good begins\ngood ends\n'.repeat(2)]);
});

it('one that fails is named, and the others run all the same', () => {
  const { status, stdout } = run('bad', 'good', 'missing');
  expect(status).toBe(1);
  for (const text of ['bad says why\n', 'good ends\n', 'FAILED: npm run bad\n', 'FAILED: npm run missing\n'])
    expect(stdout).toContain(text);
});

it('.ci/run runs each check of `npm run static`', () => {
  const { static: checks } = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8')).scripts;
  const ci = readFileSync(resolve(ROOT, '.ci/run'), 'utf8').split(/\s+/);
  const named = checks.split('side-by-side.js ')[1].split(' ');
  expect(named).toHaveLength(5);
  for (const name of named) expect(ci).toContain(name);
});
