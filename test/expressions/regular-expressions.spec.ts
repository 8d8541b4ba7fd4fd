import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { regularExpressionsIn } from './regular-expressions.js';
import { ROOT, sourceFiles } from '../tools/source-files.js';

/** Of the package in this folder. By a name that the compiler does not follow: elsewhere it is not installed. */
const RECHECK: string = 'recheck';
const { check } = (await import(RECHECK)) as {
  check: (
    source: string,
    flags: string,
    options: { timeout: number },
  ) => Promise<{ status: 'safe' | 'vulnerable' | 'unknown'; complexity: { summary: string } }>;
};

/** Longer than the slowest takes in JavaScript, where recheck has no native program for the machine. */
const PATIENCE_MS = 20_000;
/** Made from parts that are ours, or escaped; each of one shape without two neighbours that take the same text. */
const MAY_MAKE_ONE = new Set([
  // From a table of its own.
  'src/messages/search/fold.ts',
  'scripts/image/docker-ignore.ts',
  'src/platform/config/config-rules.ts',
  'src/platform/http/edge/cors.ts',
  'src/platform/http/edge/route-methods.ts',
]);

const files = ['src', 'packages', 'web', 'scripts']
  .filter((folder) => existsSync(resolve(ROOT, folder)))
  .flatMap((folder) => [...sourceFiles(folder), ...sourceFiles(folder, '.js')])
  .filter((path) => !/\/(?:node_modules|dist)\//.test(path));

async function verdict(source: string, flags: string): Promise<string> {
  const found = await check(source, flags, { timeout: PATIENCE_MS });
  if (found.status === 'safe') return 'linear';
  return found.status === 'vulnerable' ? found.complexity.summary : found.status;
}

it('no regular expression takes more than linear time on any input', async () => {
  const slow: string[] = [];
  const known = new Map<string, string>();
  for (const { place, source, flags } of files.flatMap((file) => regularExpressionsIn(file).literals)) {
    const text = `/${source}/${flags}`;
    if (!known.has(text)) known.set(text, await verdict(source, flags));
    if (known.get(text) !== 'linear') slow.push(`${place} ${text} ${known.get(text)}`);
  }
  expect(known.size).toBeGreaterThan(50);
  expect(slow).toEqual([]);
}, 180_000);

it('a regular expression is written down, not put together from what comes', () => {
  const makers = files.filter((file) => regularExpressionsIn(file).made.length > 0);
  expect(makers.map((file) => relative(ROOT, file)).filter((file) => !MAY_MAKE_ONE.has(file))).toEqual([]);
});

it.each([
  ['x-request-id:[ \\t]*([^\\r\\n]+?)[ \\t]*\\r\\n', '3rd degree polynomial'],
  ['T\\d\\d.*(Z|[+-]\\d\\d)$', '2nd degree polynomial'],
  ['^(a+)+$', 'exponential'],
  ['^bearer +([A-Za-z0-9._~+/-]+=*) *$', 'linear'],
])('%s is found to be %s', async (source, expected) => {
  expect(await verdict(source, '')).toBe(expected);
});

it('every way to write one down is found', () => {
  const text = 'const a = [/a/i, "b".split(/[/]b/), new RegExp(c), RegExp(`d${e}`)]; // /f/';
  const { literals, made } = regularExpressionsIn(resolve(ROOT, 'sample.ts'), text);
  expect([literals.map(({ source, flags }) => [source, flags]), made]).toEqual([
    [
      ['a', 'i'],
      ['[/]b', ''],
    ],
    ['sample.ts:1', 'sample.ts:1'],
  ]);
});
