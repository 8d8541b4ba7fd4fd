import { marked, ask, finalReply, send } from '../support/conversations.js';
import { StreamReader } from '../support/event-stream.js';
import { eventually } from '../support/eventually.js';
import { flood, passed } from '../support/flood.js';
import { newUser } from '../support/people.js';
import { TEST_ENVIRONMENT } from '../support/processes.js';
import { runProgram, startProduct, type Product } from '../support/product.js';
import { RedisServers, startCluster, startSentinel, startTls } from '../support/redis-servers.js';
import { at, listOf, newRoom, someoneWithRoom, startTwin } from '../support/rooms.js';
import { onRedis } from '../support/suites.js';

/** Requests a minute of one user: no test except that of the limit makes so many. */
const LIMIT = 150;

onRedis('REDIS_URL', () => {
  let servers: RedisServers;
  beforeEach(() => {
    servers = new RedisServers();
  });
  afterEach(() => servers.close());

  it('may name a Cluster: queue, cached list, limits and streams work across two processes and survive the loss of a master', async () => {
    const ports = await startCluster(servers);
    await withTwo(`redis://127.0.0.1:${ports[0]},127.0.0.1:${ports[1]}`, async (one, two) => {
      await everythingWorks(one, two);
      await servers.kill(ports[0]!);
      const { user, room } = await someoneWithRoom(one);
      const sent = await send(user, room, marked());
      expect(sent.status).toBe(202);
      expect((await listOf(at(two, user))).ids).toEqual([room]);
      await servers.restart(ports[0]!);
      expect((await finalReply(user, sent)).status).toBe('completed');
      await eventually(() => warm(two), isHit);
    });
  });

  it('may name a Sentinel: the new master is found after a failover', async () => {
    const { master, sentinel } = await startSentinel(servers);
    await withTwo(`sentinel://127.0.0.1:${sentinel}?master=queue`, async (one, two) => {
      await everythingWorks(one, two);
      await servers.kill(master);
      const { user, room } = await someoneWithRoom(one);
      const sent = await send(user, room, marked());
      expect(sent.status).toBe(202);
      expect((await finalReply(user, sent)).status).toBe('completed');
      await eventually(() => warm(two), isHit);
    });
  });

  it('may name a server with TLS: its certificate is verified by tls_ca', async () => {
    const { port, ca } = await startTls(servers);
    await withTwo(`rediss://localhost:${port}?tls_ca=${ca}`, everythingWorks);
    const stranger = await startProduct({ REDIS_URL: `rediss://localhost:${port}` });
    await eventually(
      async () => (await stranger.client.get('/health/ready')).body.checks.redis,
      (state) => state === 'down',
    );
    await stranger.end('SIGKILL');
    await stranger.close();
  });

  it('that cannot be used stops the start with its name and the right form', async () => {
    const { code, output } = await runProgram('main', {
      ...TEST_ENVIRONMENT,
      REDIS_URL: 'redis-cluster://:s3cret@a',
    });
    expect(code).not.toBe(0);
    expect(output).toContain('REDIS_URL: write redis://host:6379,host:6379');
    expect(output).not.toContain('s3cret');
  });
});

async function withTwo(url: string, work: (one: Product, two: Product) => Promise<void>): Promise<void> {
  const environment = { REDIS_URL: url, RATE_LIMIT_PER_MINUTE: String(LIMIT) };
  const one = await startProduct(environment);
  const two = await startTwin(one, environment);
  try {
    for (const product of [one, two]) await eventually(() => warm(product), isHit);
    await work(one, two);
    // Keys of one command that lie on several masters are refused with CROSSSLOT.
    expect(one.log + two.log).not.toContain('CROSSSLOT');
  } finally {
    for (const product of [one, two]) await product.end('SIGKILL');
    for (const product of [one, two]) await product.close();
  }
}

async function everythingWorks(one: Product, two: Product): Promise<void> {
  const { user, room } = await someoneWithRoom(one);
  // The queue: jobs of two processes' sends, processed by the workers of both.
  const answers = await Promise.all([
    ask(user, room),
    ask({ ...user, client: at(two, user) }, (await newRoom(user)).id),
  ]);
  expect(answers.map(({ body }) => body.reply.status)).toEqual(['completed', 'completed']);
  // A stream: both processes show the reply of either.
  const streamed = await send(user, room, marked('one two three'));
  const path = `/chatroom/${room}/messages/${streamed.body.reply.id}/stream`;
  const readers = [one, two].map(({ url }) => new StreamReader(user.token).read(`${url}${path}`));
  const [first, second] = await Promise.all(readers);
  expect([first!.done, second!.done, second!.text]).toEqual([true, true, first!.text]);
  // The list: cached for both, and never older than a write of either.
  await listOf(user.client);
  expect((await listOf(at(two, user))).from).toBe('HIT');
  await newRoom(user);
  expect(await listOf(at(two, user))).toMatchObject({ from: 'MISS', ids: { length: 3 } });
  // Lists of several users in one event-loop turn are read together, from any masters.
  const people = await Promise.all([1, 2, 3, 4, 5, 6].map(() => newUser(one)));
  for (const from of ['MISS', 'HIT']) {
    const lists = await Promise.all(people.map((person) => listOf(person.client)));
    expect(lists.map((list) => list.from)).toEqual(people.map(() => from));
  }
  // The limit counts both processes together. While a disk keeps a master from answering for a second, each process counts by
  // itself and says so: then another user tries.
  const outages = () => (one.log + two.log).split('rate limit counters unavailable').length;
  await eventually(async () => {
    const before = outages();
    const { token } = await newUser(one);
    const headers = { authorization: `Bearer ${token}` };
    const halves = await Promise.all([one, two].map(({ url }) => flood(`${url}/user/me`, LIMIT, headers)));
    if (outages() > before) return false;
    expect(passed(halves.flat())).toBe(LIMIT);
    return true;
  });
}

/** Asks for the list of a new user twice: HIT when this process has its cache. */
async function warm(product: Product): Promise<string | null> {
  const { client } = await newUser(product);
  await listOf(client);
  return (await listOf(client)).from;
}

const isHit = (from: string | null): boolean => from === 'HIT';
