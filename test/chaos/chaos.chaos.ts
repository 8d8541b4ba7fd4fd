import { passes } from './compiled-run.js';

/** One of each kind of fault, or nearly, within half a minute. */
const FLAGS = ['--kills=8', '--seed=7', '--seconds=24', '--people=6'];

it('nothing is lost, doubled, stuck or charged wrongly while processes, servers and links are killed', async () => {
  await passes('run.js', ...FLAGS);
}, 150_000);
