import { passes } from './compiled-run.js';

/** Five times what a run takes on two quiet cores: it ends by itself, and judges by state. */
const LONGEST_MS = 600_000;
/**
 * One of each kind of fault, or nearly, within half a minute. The end is awaited by state: on a machine four times slower, two
 * minutes find nothing stuck that is only slow.
 */
const FLAGS = ['--kills=8', '--seed=7', '--seconds=24', '--people=6', '--settle=120'];

it(
  'nothing is lost, doubled, stuck or charged wrongly while processes, servers and links are killed',
  async () => {
    await passes('run.js', ...FLAGS);
  },
  LONGEST_MS,
);
