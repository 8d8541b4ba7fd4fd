import type { Person } from '../lab/people.js';
import type { LoadPlan } from '../load/load.plan.js';
import { questionOf } from '../streams/model-script.js';

/** Each asks for its next answer when it has one. */
export const ANSWER_CONNECTIONS = 16;
/** The model answers at once, with so many pieces. */
export const PIECES = 10;
const QUESTION = questionOf({ firstDelayMs: 0, chunkDelayMs: 0, chunks: PIECES });

/** Messages with `Prefer: wait`, each into a room of its own. */
export const answerPlan = (
  url: string,
  people: Person[],
  run: string,
  times: { warmUpSeconds: number; seconds: number },
): LoadPlan => ({
  url,
  kind: 'answer',
  people,
  run,
  content: QUESTION,
  connections: ANSWER_CONNECTIONS,
  ...times,
});
