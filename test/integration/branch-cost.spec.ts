import { ACTIONS, countPagesIn, type BranchAction } from '../support/branch-cost.js';
import type { Pages } from '../support/flat-cost.js';
import { newDatabase } from '../support/processes.js';

describe('what an action costs in a room of 100,000 messages and 1,000 siblings', () => {
  let found: Record<BranchAction, Pages[]>;
  beforeAll(async () => {
    found = await countPagesIn(await newDatabase(), [
      { messages: 200, siblings: 30 },
      { messages: 100_000, siblings: 1_000 },
    ]);
  });

  // A page of 50 has messages of the branches alone in the large room, of the trunk as well in the small one.
  it.each(ACTIONS)('%s touches no more pages than in a room of 200 messages and 30 siblings', (action) => {
    const [small, large] = found[action].map(({ rewritten, others }) => rewritten + others);
    expect(large! / small!).toBeLessThanOrEqual(1.5);
    // All messages are on 2,200 pages: a plan that reads the table is as slow in the small room.
    expect(large).toBeLessThan(500);
  });
});
