import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { FAMILIES } from './families.js';

/**
 * `npm run test:mutation [-- family or file…]`: Stryker changes the policies, one small mistake at a time, and the spec beside
 * the file must fail. Prints the mutants that survived, and the score of each file; fails where one is below the least score.
 */
const LEAST_SCORE = 85;
/** Found by a test: one that failed, or one that did not end. */
const FOUND = new Set(['Killed', 'Timeout']);
/** Not a fair question: it does not compile, or `// Stryker disable` says why it changes nothing. */
const LEFT_OUT = new Set(['CompileError', 'Ignored', 'RuntimeError']);

const asked = process.argv.slice(2);
const files = Object.entries(FAMILIES).flatMap(([family, members]) =>
  members.filter((file) => asked.length === 0 || asked.includes(family) || asked.includes(file)),
);
if (files.length === 0) {
  console.error(`There is nothing of that name. Families: ${Object.keys(FAMILIES).join(', ')}`);
  process.exit(2);
}
const rows = files.map(scoreOf);
console.log('\n| file | mutants | found | survived | score |\n| --- | --- | --- | --- | --- |');
for (const { name, all, found } of rows)
  console.log(`| ${name} | ${all} | ${found} | ${all - found} | ${percent(found, all)} % |`);
const low = rows.filter(({ all, found }) => all === 0 || (found / all) * 100 < LEAST_SCORE);
if (low.length > 0) console.error(`Below ${LEAST_SCORE} %: ${low.map(({ name }) => name).join(', ')}`);
process.exit(low.length > 0 ? 1 : 0);

/** Runs Stryker on one file: a run each, so that the machine is not taken for an hour. */
function scoreOf(name) {
  const stryker = 'test/mutation/node_modules/@stryker-mutator/core/bin/stryker.js';
  const command = [stryker, 'run', 'test/mutation/stryker.config.js', '--mutate', name];
  const env = { ...process.env, MUTATION_SPECS: name.replace(/\.ts$/, '.spec.ts') };
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit', env });
  if (status !== 0) throw new Error(`Stryker ended with ${status} on ${name}`);
  const report = JSON.parse(readFileSync('test/mutation/reports/mutation.json', 'utf8'));
  const mutants = Object.values(report.files).flatMap((file) => file.mutants);
  const counted = mutants.filter(({ status: state }) => !LEFT_OUT.has(state));
  return { name, all: counted.length, found: counted.filter((mutant) => FOUND.has(mutant.status)).length };
}

function percent(part, all) {
  return all === 0 ? 0 : Math.round((part / all) * 1000) / 10;
}
