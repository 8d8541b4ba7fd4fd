import { passes } from './compiled-run.js';

/** Ten times what a run takes on two quiet cores: it ends by itself, and judges by state. */
const LONGEST_MS = 600_000;
const FLAGS = ['--streams=40', '--cuts=20', '--kills=1', '--answer-ms=3000'];

it(
  'a stream that is cut at any byte, resumed elsewhere and reset by a new attempt has the final text',
  async () => {
    await passes('torture/run.js', ...FLAGS);
  },
  LONGEST_MS,
);
