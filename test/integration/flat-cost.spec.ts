import { countPages, growthOf, type Step, type Tenths } from '../support/flat-cost.js';
import { newDatabase } from '../support/processes.js';

const STEPS: Step[] = ['send', 'group', 'claim', 'finish'];
/** `npm run bench -- --only=flat` asks the same of 10,000 replies over 1,000 rooms. */
const LOAD = { rooms: 100, replies: 1_000 };

describe('what a reply costs while a snapshot is held', () => {
  let tenths: Tenths;
  beforeAll(async () => {
    tenths = await countPages(await newDatabase(), LOAD);
  });

  it.each(STEPS)('a %s touches no more pages in the last tenth of the load than in the first', (step) => {
    expect(growthOf(tenths[step], 'others')).toBeLessThanOrEqual(1.3);
  });

  // Measured: 2.9 to 4 times after ten replies a room and a hundred a user, each with its own versions of those rows.
  it.each(STEPS)('a %s pays little for the versions of rows that are written again', (step) => {
    expect(growthOf(tenths[step], 'rewritten')).toBeLessThanOrEqual(6);
  });
});
