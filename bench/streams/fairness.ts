import { addPeople } from '../lab/people.js';
import { rows } from '../lab/lab.js';
import { ask } from './exchange.js';
import { spread, type Fairness, type Spread } from './figures.js';
import { questionOf } from './model-script.js';
import { atPace } from './pace.js';
import { PEOPLE, type Site } from './site.js';

/** As many as a worker of usual size makes at a time. */
export const AT_ONCE = 32;
/** What one person sends at once, into rooms of its own: half a minute of work for the eight that may be made at a time. */
export const FLOOD = 1000;
const SENDERS = 8;
const OTHERS_PER_SECOND = 10;
const SHORT = { firstDelayMs: 200, chunkDelayMs: 0, chunks: 1 };

/** How long the others wait for the model to be asked: while all is quiet, and while one person sends a thousand messages. */
export async function measureFairness(site: Site, seconds: number): Promise<Fairness> {
  await waits(site, 2);
  const quiet = await waits(site, seconds);
  // All of them are accepted: what is looked at is the waiting for the worker, not for the API that took them.
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

/** Waiting replies: without any the flood ended before the measurement did. */
async function unanswered({ databaseUrl }: Site): Promise<number> {
  const [row] = await rows<{ left: number }>(
    databaseUrl,
    `select count(*)::int as left from messages where role = 'model' and completed_at is null`,
  );
  return row!.left;
}
