import { cpuRatio } from '../../../../test/support/cpu.js';
import { parseJsonBody } from './json-body.js';

/** Not in json-body.spec.ts, because Stryker's instrumented code would distort the measured ratios. */
const members = (count: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, n])));
const KIB = 1024;
/** Largest ratio of the costs. */
const MOST = 0.5;

it.each([
  ['40,000 fields', members(40_000)],
  ['40,000 fields in a field', `{"content":${members(40_000)}}`],
  ['100,000 objects', `[${'{"a":1},'.repeat(50 * KIB)}1]`],
  ['200,000 numbers', `[${'0,'.repeat(200 * KIB)}0]`],
  ['500,000 levels', '['.repeat(500 * KIB)],
])('%s are refused for less than half of what parsing them costs', (_, json) => {
  const body = Buffer.from(json);
  const refused = () => attempt(() => parseJsonBody(body));
  const parsed = () => attempt(() => JSON.parse(body.toString()));
  expect(cpuRatio(refused, parsed, MOST)).toBeLessThan(MOST);
});

/** The result does not matter, only the cost. */
function attempt(work: () => unknown): void {
  try {
    work();
  } catch {
    // Also of texts that are not JSON.
  }
}
