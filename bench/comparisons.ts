import { interleave, startContenders, type Comparison, type Effort } from './comparison.js';
import { bareListKey } from './bare/bare.list.js';
import { rows, type Lab } from './lab/lab.js';
import { addPeople, type Person } from './lab/people.js';
import type { Backing } from './lab/product.js';
import { withRedis } from './lab/redis.js';

/** Number of users who read lists. */
const READERS = 64;
/** A list of usual length: 5 KB of JSON. */
const ROOMS_OF_A_LIST = 15;
/** Upper bound of sends. Each message goes to a room without a live reply, so that each gets a slot and adds a job. */
const MOST_SENDS_PER_SECOND = 10_000;
/**
 * Number of users who send. A user has eight slots, and a message beyond them adds no job: 10,000 sends a second whose
 * replies live up to half a second (the pause and the statement of standInForWorkers, lab/settle.ts) are 5,000 live
 * replies, or 625 users. A multiple of the connections, among which the users are divided.
 */
const SENDERS = 1024;

export type Scenario = 'list' | 'send-redis' | 'send-postgres';

/** Prepares a database with the users of a scenario. */
export async function preparePeople(
  lab: Lab,
  scenario: Scenario,
  { seconds, warmUpSeconds }: Pick<Effort, 'seconds' | 'warmUpSeconds'>,
): Promise<{ databaseUrl: string; people: Person[] }> {
  const databaseUrl = await lab.newDatabase();
  const most = Math.ceil((MOST_SENDS_PER_SECOND * (seconds + warmUpSeconds)) / SENDERS);
  const people =
    scenario === 'list'
      ? await addPeople(databaseUrl, READERS, ROOMS_OF_A_LIST)
      : await addPeople(databaseUrl, SENDERS, most);
  await rows(databaseUrl, 'vacuum analyze');
  return { databaseUrl, people };
}

/** Compares the room list from Redis. */
export async function compareLists(lab: Lab, effort: Effort): Promise<Comparison> {
  const { databaseUrl, people } = await preparePeople(lab, 'list', effort);
  const [product, bare] = backings(lab, databaseUrl, databaseUrl);
  const contenders = await startContenders(lab, product, bare);
  await copyLists(contenders.product.url, bare, people);
  const result = await interleave(
    'cached list, Redis',
    [
      { of: 'product', kind: 'list', program: contenders.product, backing: product },
      { of: 'bare', kind: 'list', program: contenders.bare, backing: bare },
    ],
    people,
    effort,
  );
  await contenders.close();
  return result;
}

/** Compares sends, with the queue on Redis or on PostgreSQL. */
export async function compareSends(
  lab: Lab,
  scenario: 'send-redis' | 'send-postgres',
  effort: Effort,
): Promise<Comparison> {
  const { databaseUrl: template, people } = await preparePeople(lab, scenario, effort);
  const copies = [await lab.newDatabase(template), await lab.newDatabase(template)] as const;
  const [product, bare] = backings(lab, ...copies, scenario);
  const contenders = await startContenders(lab, product, bare);
  const result = await interleave(
    scenario === 'send-redis' ? 'send, Redis queue' : 'send, PostgreSQL queue',
    [
      { of: 'product', kind: 'send', program: contenders.product, backing: product },
      { of: 'bare', kind: 'send', program: contenders.bare, backing: bare },
      { of: 'floor', kind: 'floor', program: contenders.bare, backing: bare },
    ],
    people,
    effort,
  );
  await contenders.close();
  return result;
}

function backings(
  lab: Lab,
  product: string,
  bare: string,
  scenario: Scenario = 'list',
): [product: Backing, bare: Backing] {
  const redisUrl = (database: number) => (scenario !== 'send-postgres' ? lab.redis!.url(database) : null);
  return [
    { databaseUrl: product, redisUrl: redisUrl(0) },
    { databaseUrl: bare, redisUrl: redisUrl(1) },
  ];
}

/** The bare server responds with the bytes of the product's response. */
async function copyLists(productUrl: string, { redisUrl }: Backing, people: Person[]): Promise<void> {
  await withRedis(redisUrl!, async (redis) => {
    for (const { id, token } of people) {
      const answer = await fetch(`${productUrl}/chatroom`, { headers: { authorization: `Bearer ${token}` } });
      if (answer.status !== 200) throw new Error(`the product's list answered ${answer.status}`);
      await redis.set(bareListKey(id), await answer.text());
    }
  });
}
