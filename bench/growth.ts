import { randomUUID } from 'node:crypto';
import type { Lab } from './lab/lab.js';
import { rows } from './lab/lab.js';
import { fillRoom, fillTable } from './lab/messages.js';
import { addPeople, type Person } from './lab/people.js';
import { startProduct } from './lab/product.js';
import type { Program } from './lab/program.js';
import { median } from './lab/stats.js';

export const SMALL = 1_000;
export const LARGE = 1_000_000;

/** Median latencies of one query, in milliseconds, one request at a time. */
export interface Growth {
  name: string;
  small: number;
  large: number;
}

/** A product on a database of a certain size, with one signed-in user. */
interface Site {
  program: Program;
  person: Person;
  /** The room with half of all messages. */
  room: string;
  /** Path of a page in the middle of the room, with a cursor. */
  deepPage: string;
  databaseUrl: string;
}

/** More rooms than one page shows. */
const ROOMS = 60;
/** Rooms of all other users, and messages in each: the other half of all messages. */
const CROWD = { rooms: 2, messages: 5 };

/**
 * Measures the same queries with {@link SMALL} and with {@link LARGE} messages in the database. Half of the messages are
 * in the measured room, half belong to other users. On PostgreSQL without Redis, so that no list comes from a cache.
 */
export async function measureGrowth(lab: Lab, samples: number, large = LARGE): Promise<Growth[]> {
  const sites = [await openSite(lab, SMALL), await openSite(lab, large)] as const;
  const questions: [name: string, ask: (site: Site) => Promise<Response>][] = [
    ['room list, uncached', (site) => get(site, '/chatroom?limit=49')],
    ['history, newest page', (site) => get(site, `/chatroom/${site.room}/messages`)],
    ['history, page from a cursor in the middle', (site) => get(site, site.deepPage)],
    ['send, into the long room', (site) => send(site, site.room)],
    ['send, into a new room', (site) => send(site, site.person.rooms[1]!)],
  ];
  const found: Growth[] = [];
  for (const [name, ask] of questions) {
    const times: [number[], number[]] = [[], []];
    // The first fifth warms up plans, caches and the JIT.
    for (let i = -samples / 5; i < samples; i += 1) {
      for (const at of i % 2 === 0 ? [0, 1] : [1, 0]) {
        const took = await timed(() => ask(sites[at as 0 | 1]));
        if (i >= 0) times[at as 0 | 1].push(took);
      }
    }
    found.push({ name, small: median(times[0]), large: median(times[1]) });
  }
  for (const { program } of sites) await program.stop();
  return found;
}

async function openSite(lab: Lab, messages: number): Promise<Site> {
  const databaseUrl = await lab.newDatabase();
  const [person] = await addPeople(databaseUrl, 1, ROOMS);
  const room = person!.rooms[0]!;
  await fillRoom(databaseUrl, { id: room, userId: person!.id }, messages / 2);
  await fillTable(databaseUrl, messages / 2 / CROWD.rooms / CROWD.messages, CROWD);
  await rows(databaseUrl, 'vacuum analyze');
  const program = await startProduct(lab, { databaseUrl, redisUrl: null });
  const site = { program, person: person!, room, deepPage: '', databaseUrl };
  return { ...site, deepPage: await findDeepPage(site) };
}

/** Follows cursors from the first page, because a cursor cannot be constructed. */
async function findDeepPage(site: Site): Promise<string> {
  const [middle] = await rows<{ id: string }>(
    site.databaseUrl,
    'select id from messages where chatroom_id = $1 order by seq offset (select count(*) / 2 from messages where chatroom_id = $1) limit 1',
    [site.room],
  );
  const path = `/chatroom/${site.room}/messages?after=${middle!.id}`;
  const page = (await (await get(site, path)).json()) as { next_cursor: string };
  return `${path}&cursor=${page.next_cursor}`;
}

async function timed(ask: () => Promise<Response>): Promise<number> {
  const begun = performance.now();
  const answer = await ask();
  await answer.arrayBuffer();
  const took = performance.now() - begun;
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}`);
  return took;
}

const get = ({ program, person }: Site, path: string) =>
  fetch(program.url + path, { headers: { authorization: `Bearer ${person.token}` } });

const send = ({ program, person }: Site, room: string) =>
  fetch(`${program.url}/chatroom/${room}/message`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${person.token}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify({ content: 'Why is the sky blue?' }),
  });
