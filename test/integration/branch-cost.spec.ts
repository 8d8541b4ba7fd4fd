import { ACTIONS, countCostIn, type BranchAction } from '../support/branch-cost.js';
import type { Cost } from '../support/flat-cost.js';
import { newDatabase } from '../support/processes.js';

const SMALL = { messages: 200, siblings: 30, depth: 0 };
const LARGE = { messages: 100_000, siblings: 1_000, depth: 0 };
const DEEP = { messages: 200, siblings: 30, depth: 300 };

describe('what an action costs in a room with branches', () => {
  let found: Record<BranchAction, Cost[]>;
  beforeAll(async () => {
    found = await countCostIn(await newDatabase(), [SMALL, LARGE, DEEP]);
  });

  // A page of 50 has messages of the branches alone in the large room, of the trunk as well in the small one.
  it.each(ACTIONS)(
    '%s costs as much with 100,000 messages and 1,000 siblings as with 200 and 30',
    (action) => {
      const [small, large] = found[action] as [Cost, Cost];
      expect(pagesOf(large) / pagesOf(small)).toBeLessThanOrEqual(1.5);
      // All messages are on 2,200 pages: a plan that reads the table is as slow in the small room.
      expect(pagesOf(large)).toBeLessThan(500);
      expect(large.rows / small.rows).toBeLessThanOrEqual(1.5);
    },
  );

  it.each(ACTIONS)('%s reads each of the 300 branches of a path once', (action) => {
    const [small, , deep] = found[action] as [Cost, Cost, Cost];
    expect(deep.rows).toBeLessThanOrEqual(small.rows + DEEP.depth);
  });
});

const pagesOf = ({ rewritten, others }: Cost): number => rewritten + others;
