import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { MUTANTS, type Mutant } from './mutants.js';

/**
 * `npm run test:mutants`: makes one mistake after the other in a copy of the sources, compiles it, and runs the one test that
 * is said to find it. A test that still passes fails the run. `-- --only=fencing` takes those of a family, or whose name
 * holds the word; it may be given more than once.
 */
const { values } = parseArgs({ options: { only: { type: 'string', multiple: true, default: [''] } } });
const ROOT = process.cwd();
const COPY = mkdtempSync(join(tmpdir(), 'mutants-'));
/** What the product and its e2e tests are made of. */
const PARTS = ['src', 'migrations', 'scripts', 'bench', 'test', 'dist', 'docs', 'postman', 'package.json'];
const FILES = ['.swcrc', 'jest.config.js', 'openapi.json', 'tsconfig.json'];

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
process.once('exit', () => rmSync(COPY, { recursive: true, force: true }));
for (const part of [...PARTS, ...FILES])
  cpSync(join(ROOT, part), join(COPY, part), {
    recursive: true,
    // The compiler takes a file of the same time for unchanged.
    preserveTimestamps: true,
    filter: (path) => !path.includes('node_modules') && !path.includes('.stryker-tmp'),
  });
symlinkSync(resolve('node_modules'), join(COPY, 'node_modules'));

const chosen = Object.entries(MUTANTS).flatMap(([family, mutants]) =>
  mutants.filter(({ name }) => values.only.some((word) => family.includes(word) || name.includes(word))),
);
const say = (line: string) => process.stdout.write(`${line}\n`);

const off = [...new Set(chosen.map(({ killedBy }) => killedBy.file))].flatMap((file) => {
  const tests = new Set(
    chosen.filter(({ killedBy }) => killedBy.file === file).map(({ killedBy }) => killedBy.test),
  );
  const results = run(file, [...tests]);
  return [...tests]
    .filter((test) => results.get(test)?.status !== 'passed')
    .map((test) => `${file}: ${test}: ${results.get(test)?.failure ?? 'not there'}`);
});
if (off.length > 0) {
  say(`These do not pass without any mistake:\n${off.join('\n')}`);
  process.exit(1);
}
const survivors = chosen.filter((mutant) => !isKilled(mutant));
say(`${chosen.length - survivors.length} of ${chosen.length} were found.`);
process.exit(survivors.length === 0 ? 0 : 1);

function isKilled({ name, file, find, put, killedBy }: Mutant): boolean {
  const path = join(COPY, file);
  const text = readFileSync(path, 'utf8');
  const parts = text.split(find);
  if (parts.length !== 2)
    throw new Error(`${name}: ${file} holds "${find}" ${parts.length - 1} times, not once`);
  writeFileSync(path, parts.join(put));
  compile(file);
  const result = run(killedBy.file, [killedBy.test]).get(killedBy.test);
  writeFileSync(path, text);
  compile(file);
  // A product that does not start, or a statement that PostgreSQL cannot read, is no mistake that a test has found.
  const isBroken = result === undefined || /before it listened|syntax error|for a hook/.test(result.failure);
  const isFound = !isBroken && result.status === 'failed';
  say(
    `${isFound ? 'killed  ' : isBroken ? 'BROKEN  ' : 'SURVIVED'}  ${name}${isFound ? `: ${result.failure}` : ''}`,
  );
  return isFound;
}

function compile(file: string): void {
  const folder = file.split('/', 1)[0]!;
  const { status } = spawnSync(process.execPath, ['scripts/compile.js', folder], {
    cwd: COPY,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`${file} does not compile`);
}

interface Result {
  status: string;
  /** First line of what was expected and not so. */
  failure: string;
}

/** Runs tests of one file, by their titles. */
function run(file: string, titles: string[]): Map<string, Result> {
  const report = join(COPY, 'report.json');
  rmSync(report, { force: true });
  const pattern = titles.map((title) => title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const jest = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
  ];
  const flags = [
    '--selectProjects',
    'e2e-postgres',
    'integration',
    'unit',
    '--maxWorkers=1',
    // A test that fails leaves connections and servers open.
    '--forceExit',
    // A busy machine is not a mistake that was found.
    '--testTimeout=120000',
    '--json',
    `--outputFile=${report}`,
  ];
  spawnSync(process.execPath, [...jest, ...flags, '-t', `(${pattern})$`, '--', file], {
    cwd: COPY,
    stdio: 'ignore',
  });
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
  };
  return new Map(
    testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .map(({ title, status, failureMessages }) => [
        title,
        { status, failure: firstLine(failureMessages[0]) },
      ]),
  );
}

function firstLine(message = ''): string {
  return stripVTControlCharacters(message).split('\n', 1)[0]!.slice(0, 160);
}
