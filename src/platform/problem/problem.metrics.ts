import { counter } from '../metrics/instruments.js';
import { Tally } from '../statistics/tally.js';
import { PROBLEMS, type ProblemCode } from './problem-table.js';

/** Refusals by limits, faults and outages, each by its stable code. */
export const PROBLEMS_SENT = counter(
  'chat_http_problems_total',
  'Error responses by code (docs/errors.md).',
  {
    code: Object.keys(PROBLEMS) as ProblemCode[],
  },
);

/** Requests that a limit refused, by code. */
export const REFUSALS_OF_DAY = new Tally('refusals');
