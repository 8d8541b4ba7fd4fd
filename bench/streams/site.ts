import { SANDBOX_API_KEY } from '@chat-backend/gemini-sandbox';
import { rows, type Lab } from '../lab/lab.js';
import { addPeople } from '../lab/people.js';
import { backingEnv, PRODUCTION, startProduct, type Backing } from '../lab/product.js';
import { startProgram, startWorker, type Program } from '../lab/program.js';

/** Enough users that none has more replies at work than allowed (messages/reply-policy.ts). */
export const PEOPLE = 1000;
/** More messages than all measurements together send, each into a room of its own. */
const ROOMS_EACH = 4;
/** The largest that there is: what is measured is the way, not the queue in front of it. */
const MOST_AT_ONCE = 1000;

/** An empty room of a user. */
export interface Seat {
  token: string;
  room: string;
}

/** The product at work: its API process, a worker and the model behind it, each a process of its own. */
export interface Site {
  api: Program;
  /** Null: no worker generates replies. */
  worker: Pick<Program, 'pid' | 'stop'> | null;
  databaseUrl: string;
  /** An unused room, of the users in turns. */
  nextSeat: () => Seat;
  /** Of all users. */
  tokens: string[];
  close: () => Promise<void>;
}

/** @param atOnce replies that the worker makes at a time */
export async function openSite(lab: Lab, redisUrl: string | null, atOnce = MOST_AT_ONCE): Promise<Site> {
  const databaseUrl = await lab.newDatabase();
  const { nextSeat, tokens } = await prepareSeats(databaseUrl);
  const backing = { databaseUrl, redisUrl };
  const model = await startProgram({
    script: 'bench/streams/model.program.js',
    env: {},
    dir: lab.dir,
    name: 'model',
  });
  const worker = startWorker({
    script: 'bundle/src/worker.js',
    env: { ...PRODUCTION, ...backingEnv(backing), ...modelAt(model.url), WORKER_CONCURRENCY: String(atOnce) },
    dir: lab.dir,
    name: 'worker',
  });
  const api = await startProduct(lab, backing);
  return {
    api,
    worker,
    databaseUrl,
    nextSeat,
    tokens,
    close: async () => {
      for (const program of [api, worker, model]) await program.stop();
    },
  };
}

/** Without a worker: every reply waits. Its API collects its garbage at SIGUSR2. */
export async function openWaitingSite(
  lab: Lab,
  redisUrl: string | null,
  roomsEach = ROOMS_EACH,
): Promise<Site> {
  const databaseUrl = await lab.newDatabase();
  const { nextSeat, tokens } = await prepareSeats(databaseUrl, roomsEach);
  const backing: Backing = { databaseUrl, redisUrl };
  const hook = new URL('../lab/collects-garbage.js', import.meta.url).href;
  const api = await startProduct(lab, backing, { nodeFlags: ['--expose-gc', '--import', hook] });
  return { api, worker: null, databaseUrl, nextSeat, tokens, close: () => api.stop() };
}

async function prepareSeats(
  databaseUrl: string,
  roomsEach = ROOMS_EACH,
): Promise<Pick<Site, 'nextSeat' | 'tokens'>> {
  const people = await addPeople(databaseUrl, PEOPLE, roomsEach);
  await rows(databaseUrl, 'vacuum analyze');
  let taken = 0;
  const nextSeat = () => {
    const { token, rooms } = people[taken % PEOPLE]!;
    const room = rooms[Math.floor(taken / PEOPLE)];
    if (room === undefined) throw new Error('there are too few rooms');
    taken += 1;
    return { token, room };
  };
  return { nextSeat, tokens: people.map(({ token }) => token) };
}

const modelAt = (url: string) => ({ GEMINI_BASE_URL: url, GEMINI_API_KEY: SANDBOX_API_KEY });
