import type { CheckResult, Fix, Outcome } from './check.js';

const MARKS: Record<Outcome, string> = { ok: 'ok', warning: 'WARNING', failed: 'FAILED', skipped: 'skipped' };
/** The width of the longest mark. */
const MARK_WIDTH = 8;

/** The report as JSON (`--json`). */
export function toJson(results: CheckResult[]): string {
  return JSON.stringify({ ok: isHealthy(results), counts: countsOf(results), checks: results }, null, 2);
}

/** True when nothing failed: then the exit code is 0. */
export const isHealthy = (results: CheckResult[]): boolean =>
  results.every(({ outcome }) => outcome !== 'failed');

/** The report for people: a block a service, one line a check, and below a finding what to do about it. */
export function toTable(results: CheckResult[]): string {
  const services = [...new Set(results.map(({ service }) => service))];
  const width = Math.max(0, ...results.map(({ check }) => check.length));
  const blocks = services.map((service) => {
    const own = results.filter((result) => result.service === service);
    return [service, ...own.flatMap((result) => linesOf(result, width))].join('\n');
  });
  return [...blocks, summary(results)].join('\n\n');
}

function linesOf({ outcome, check, fact, fix }: CheckResult, width: number): string[] {
  const line = `  ${MARKS[outcome].padEnd(MARK_WIDTH)} ${check.padEnd(width)}  ${fact}`;
  return fix ? [line, `${' '.repeat(MARK_WIDTH + width + 5)}→ ${textOf(fix)}`] : [line];
}

function textOf({ variables, text, page }: Fix): string {
  const subject = variables.length > 0 ? `${variables.join(', ')}: ` : '';
  return `${subject}${text}${page === undefined ? '' : ` (${page})`}`;
}

function countsOf(results: CheckResult[]): Record<Outcome, number> {
  const counts: Record<Outcome, number> = { ok: 0, warning: 0, failed: 0, skipped: 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  return counts;
}

function summary(results: CheckResult[]): string {
  const { ok, warning, failed, skipped } = countsOf(results);
  return `${results.length} checks: ${ok} ok, ${warning} ${warning === 1 ? 'warning' : 'warnings'}, ${failed} failed, ${skipped} skipped.`;
}
