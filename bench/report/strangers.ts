import type { StrangerFigures } from '../strangers/strangers.js';
import { TARGETS } from './results.js';
import { table, verdict } from './table.js';

/** Number of packets in the table: the most expensive ones. */
const SHOWN = 12;

/** Costs of packets without a valid token: a correct one, and the most expensive ones. */
export function strangersTable(strangers: StrangerFigures[]): string {
  const [plain, ...others] = strangers;
  const dearest = others.toSorted((a, b) => (b.milliseconds ?? 0) - (a.milliseconds ?? 0)).slice(0, SHOWN);
  const { milliseconds, megabytes } = TARGETS.stranger;
  const cell = (value: number | null, target: number) =>
    value === null ? '' : verdict(value, (found) => found <= target);
  return table(
    [`a packet (${others.length} were tried)`, 'answer', 'CPU ms', 'MB', 'target'],
    [plain!, ...dearest].map((found) => [
      found.name.replaceAll('|', ' '),
      String(found.status),
      cell(found.milliseconds, milliseconds),
      cell(found.megabytes, megabytes),
      `≤ ${milliseconds} ms, ≤ ${megabytes} MB`,
    ]),
  );
}
