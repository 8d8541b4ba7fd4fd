import { addPeople } from '../lab/people.js';
import { rows } from '../lab/lab.js';
import { ask } from './exchange.js';
import { spread, type Fairness, type Spread } from './figures.js';
import { questionOf } from './model-script.js';
import { atPace } from './pace.js';
import { PEOPLE, type Site } from './site.js';

/** Number of slots of a worker with default settings. */
export const AT_ONCE = 32;
/** Messages that one user sends at once, into different rooms: half a minute of work for the user's eight slots. */
export const FLOOD = 1000;
const SENDERS = 8;
const OTHERS_PER_SECOND = 10;
const SHORT = { firstDelayMs: 200, chunkDelayMs: 0, chunks: 1 };

/**
 * Measures how long other users wait for the call of the model: without load, and while one user sends a thousand
 * messages.
 */
export async function measureFairness(site: Site, seconds: number): Promise<Fairness> {
  await waits(site, 2);
  const quiet = await waits(site, seconds);
  // All messages are accepted: the measured wait is the one for the worker, not for the API.
  await startFlood(site);
  const flooded = await waits(site, seconds);
  return { quiet, flooded, left: await unanswered(site) };
}

async function waits({ api, nextSeat }: Site, seconds: number): Promise<Spread> {
  const exchanges = await atPace(seconds * OTHERS_PER_SECOND, OTHERS_PER_SECOND, () =>
    ask(api.url, nextSeat(), SHORT),
  );
  return spread(
    exchanges.map(({ askedAt, first, endedAs }) =>
      first && endedAs === 'completed' ? first.calledAt - askedAt : null,
    ),
  );
}

async function startFlood({ api, databaseUrl }: Site): Promise<void> {
  const [person] = await addPeople(databaseUrl, 1, FLOOD, PEOPLE);
  const waiting = [...person!.rooms];
  const send = async (): Promise<void> => {
    for (let room = waiting.pop(); room !== undefined; room = waiting.pop())
      await fetch(`${api.url}/chatroom/${room}/message`, {
        method: 'POST',
        headers: { authorization: `Bearer ${person!.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ content: questionOf(SHORT) }),
      });
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
}

/** Waiting replies: if there are none, the flood ended before the measurement. */
async function unanswered({ databaseUrl }: Site): Promise<number> {
  const [row] = await rows<{ left: number }>(
    databaseUrl,
    `select count(*)::int as left from messages where role = 'model' and completed_at is null`,
  );
  return row!.left;
}
