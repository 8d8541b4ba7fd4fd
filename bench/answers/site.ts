import { SANDBOX_API_KEY } from '@chat-backend/gemini-sandbox';
import { JWT_SECRET } from '../lab/keys.js';
import { rows, type Lab } from '../lab/lab.js';
import { addPeople, type Person } from '../lab/people.js';
import { backingEnv, PRODUCTION, startBare, startProduct, type Backing } from '../lab/product.js';
import { startProgram, startWorker, type Program } from '../lab/program.js';

/**
 * Users, two a connection. A user has few replies at work, because each connection asks for its next answer when it has one;
 * and few users, because a first request of each writes the session's last use.
 */
const PEOPLE = 32;

/** An API process, its worker, and what they work on. */
export interface AnswerSite {
  api: Pick<Program, 'url' | 'pid' | 'stop'>;
  /** Null: only sends and lists are asked for. */
  worker: Pick<Program, 'pid' | 'stop'> | null;
  backing: Backing;
  /** Statement that counts the replies at work as `live`, where the tables are not the product's. */
  atWork?: string;
}

/** What all sites of one backend share. */
export interface Scene {
  lab: Lab;
  people: Person[];
  /** A database with the people; may have no connections. */
  template: string;
  modelUrl: string;
  /** A Redis database; null: PostgreSQL does everything. */
  redisUrl: (database: number) => string | null;
}

/** @param messages that one contender sends at most */
export async function openScene(
  lab: Lab,
  backend: 'Redis' | 'PostgreSQL',
  messages: number,
): Promise<Scene & { close: () => Promise<void> }> {
  const template = await lab.newDatabase();
  const people = await addPeople(template, PEOPLE, Math.ceil(messages / PEOPLE));
  await rows(template, 'vacuum analyze');
  const model = await startProgram({
    script: 'bench/streams/model.program.js',
    env: {},
    dir: lab.dir,
    name: 'model',
  });
  return {
    lab,
    people,
    template,
    modelUrl: model.url,
    redisUrl: (database) => (backend === 'Redis' ? lab.redis!.url(database) : null),
    close: () => model.stop(),
  };
}

/** The product; with a worker unless `isAlone`, in profiled processes with `flags` of node. */
export async function openProduct(
  scene: Scene,
  redisDatabase: number,
  { isAlone = false, flags = [] as string[], environment = {} } = {},
): Promise<AnswerSite> {
  const backing = await newBacking(scene, redisDatabase);
  const tree = flags.length > 0 ? 'src' : 'bundle/src';
  const worker = isAlone
    ? null
    : startWorker({
        script: `${tree}/worker.js`,
        env: { ...PRODUCTION, ...backingEnv(backing), ...modelAt(scene), ...environment },
        dir: scene.lab.dir,
        name: 'worker',
        nodeFlags: flags,
      });
  return {
    api: await startProduct(scene.lab, backing, { nodeFlags: flags, tree, environment }),
    worker,
    backing,
  };
}

/** The bare implementation of the same cycle. */
export async function openBare(scene: Scene, redisDatabase: number): Promise<AnswerSite> {
  const backing = await newBacking(scene, redisDatabase);
  const worker = startWorker({
    script: 'bench/bare/worker.js',
    env: { JWT_SECRET, ...backingEnv(backing), ...modelAt(scene) },
    dir: scene.lab.dir,
    name: 'bare-worker',
  });
  return { api: await startBare(scene.lab, backing), worker, backing };
}

export async function closeSite({ api, worker }: AnswerSite): Promise<void> {
  await api.stop();
  await worker?.stop();
}

const newBacking = async ({ lab, template, redisUrl }: Scene, redisDatabase: number): Promise<Backing> => ({
  databaseUrl: await lab.newDatabase(template),
  redisUrl: redisUrl(redisDatabase),
});

const modelAt = ({ modelUrl }: Scene) => ({ GEMINI_BASE_URL: modelUrl, GEMINI_API_KEY: SANDBOX_API_KEY });
