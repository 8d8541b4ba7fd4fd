import { countPages, growthOf, type Cost, type Step } from '../test/support/flat-cost.js';
import type { Lab } from './lab/lab.js';

/** Pages per statement in the first and in the last tenth of the load. */
export interface FlatFigures {
  name: string;
  kind: string;
  first: number;
  last: number;
  growth: number;
  /** True if the growth has a target. */
  bounded: boolean;
}

export const FLAT_LOAD = { rooms: 1_000, replies: 10_000 };
const KINDS: [keyof Cost, string][] = [
  ['others', 'messages, keys, indexes'],
  ['rewritten', "versions of the room's, the user's and the day's own rows"],
];

/**
 * Measures the pages that a send, alone and in a group, a claim and a finish touch during {@link FLAT_LOAD} while another
 * session holds a snapshot.
 */
export async function measureFlat(lab: Lab): Promise<FlatFigures[]> {
  const tenths = await countPages(await lab.newDatabase(), FLAT_LOAD);
  return (Object.entries(tenths) as [Step, Cost[]][]).flatMap(([name, costs]) =>
    KINDS.map(([kind, label]) => ({
      name,
      kind: label,
      first: costs[0]![kind],
      last: costs.at(-1)![kind],
      growth: growthOf(costs, kind),
      bounded: kind === 'others',
    })),
  );
}
