import { expectQuotaExact, finalReply, marked, send } from '../support/conversations.js';
import { Deployment } from '../support/deployment.js';
import { StreamReader } from '../support/event-stream.js';
import { eventually } from '../support/eventually.js';
import { flood, passed } from '../support/flood.js';
import { newMobile, newUser } from '../support/people.js';
import { masterOf, mastersOf, redisCli, RedisServers, startCluster } from '../support/redis-servers.js';
import { listOf, newRoom, someoneWithRoom } from '../support/rooms.js';
import { onRedis } from '../support/suites.js';
import { Traffic } from '../support/traffic.js';
import { queuePrefix } from '../../src/platform/redis/redis-names.js';

/** Requests a minute of one user on Basic: no test except that of the limit makes so many. */
const LIMIT = 150;
/** Longest time until every process refuses a revoked token (contract). */
const REVOCATION_MS = 2000;
const REPLY_JOBS = `${queuePrefix('cluster', 'replies')}:replies:wait`;

onRedis('two API processes and two workers on a Redis Cluster, each request at another process', () => {
  let servers: RedisServers;
  let ports: number[];
  let deployment: Deployment;
  beforeAll(async () => {
    servers = new RedisServers();
    ports = await startCluster(servers, 1);
    const REDIS_URL = `redis://${ports.map((port) => `127.0.0.1:${port}`).join(',')}`;
    deployment = await Deployment.start({
      environment: { REDIS_URL, RATE_LIMIT_PER_MINUTE: String(LIMIT) },
    });
    await eventually(warm, (from) => from === 'HIT');
  });
  afterAll(async () => {
    // Keys of one command that lie on several masters are refused with CROSSSLOT.
    const log = deployment?.log;
    await deployment?.close();
    servers.close();
    expect(log).not.toContain('CROSSSLOT');
  });

  /** Asks for the list of a new user twice, of two processes: HIT when both have their cache. */
  async function warm(): Promise<string | null> {
    const { client } = await newUser(deployment.entrance);
    await listOf(client);
    return (await listOf(client)).from;
  }

  it('a message is answered, and its stream continues at another process after each piece', async () => {
    const { user, room } = await someoneWithRoom(deployment.entrance);
    const sent = await send(user, room, marked('Tell me a story of some length, please.'));
    expect(sent.status).toBe(202);
    const reader = new StreamReader(user.token);
    const path = `${deployment.entrance.url}/chatroom/${room}/messages/${sent.body.reply.id}/stream`;
    let connections = 0;
    while (!reader.done) {
      connections += 1;
      const seen = reader.of('delta').length;
      await reader.read(path, { until: ({ done }) => done || reader.of('delta').length > seen });
    }
    const reply = await finalReply(user, sent);
    expect(reply).toMatchObject({ status: 'completed', content: reader.text, attempt: 1 });
    expect(connections).toBeGreaterThan(2);
    // Both processes took part.
    expect(deployment.proxy.served.size).toBe(2);
  });

  it('the same Idempotency-Key in parallel is one message', async () => {
    const { user, room } = await someoneWithRoom(deployment.entrance);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => send(user, room, 'hello', 'one-key-of-a-test')),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.reply.id)).size).toBe(1);
    await finalReply(user, answers[0]!);
  });

  it('of twenty messages at once exactly the day’s five are taken', async () => {
    const user = await newUser(deployment.entrance);
    const rooms = await Promise.all(Array.from({ length: 20 }, () => newRoom(user)));
    const answers = await Promise.all(rooms.map(({ id }) => send(user, id, marked())));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15);
    await Promise.all(answers.filter(({ status }) => status === 202).map((sent) => finalReply(user, sent)));
    await expectQuotaExact(deployment.entrance, user);
  });

  it('exactly the limit of requests a minute passes', async () => {
    const { token } = await newUser(deployment.entrance);
    const headers = { authorization: `Bearer ${token}` };
    expect(passed(await flood(`${deployment.entrance.url}/user/me`, 2 * LIMIT, headers))).toBe(LIMIT);
  });

  it('the cached list is never older than the last write of its user', async () => {
    const user = await newUser(deployment.entrance);
    const rooms: string[] = [];
    for (let nth = 0; nth < 10; nth += 1) {
      rooms.unshift((await newRoom(user)).id);
      // Of one process and of the other.
      for (const _ of [1, 2]) expect((await listOf(user.client)).ids).toEqual(rooms);
    }
    expect((await listOf(user.client)).from).toBe('HIT');
  });

  it('a code is sent by a worker, and signs in at another process; the revoked session is refused everywhere', async () => {
    const { client } = deployment.entrance;
    const mobile_number = newMobile();
    const asked = await client.post('/auth/send-otp', { mobile_number });
    expect(asked.status).toBe(202);
    const otp = await deployment.sms.codeFor(mobile_number);
    const { challenge_id } = asked.body;
    const { status, body } = await client.post('/auth/verify-otp', { mobile_number, otp, challenge_id });
    expect(status).toBe(200);
    const clients = deployment.apis.map((api) => api.client.as(body.access_token));
    for (const one of clients) expect((await one.get('/user/me')).status).toBe(200);
    expect((await client.as(body.access_token).post('/auth/logout')).status).toBe(204);
    for (const one of clients)
      await eventually(
        () => one.get('/user/me'),
        (answer) => answer.status === 401,
        REVOCATION_MS,
      );
  });

  it('what Redis forgets is rebuilt: with all its keys deleted under load, every message is answered', async () => {
    const traffic = await Traffic.on(deployment.entrance);
    for (let nth = 1; nth <= 3; nth += 1) {
      const before = traffic.answered.length;
      await eventually(() => traffic.answered.length > before + 8);
      for (const { port } of mastersOf(ports[0]!)) redisCli('-p', String(port), 'flushall');
    }
    await traffic.stop();
    expect(traffic.failures).toEqual([]);
    await expectEverythingAnswered();
  });

  it('nothing is lost when the master of the queue is killed under load, and no request fails', async () => {
    const traffic = await Traffic.on(deployment.entrance);
    await eventually(() => traffic.answered.length > 8);
    const killed = masterOf(ports[0]!, REPLY_JOBS)!;
    const witness = ports.find((port) => port !== killed)!;
    const killedAt = Date.now();
    await servers.kill(killed);
    await eventually(
      () => masterOf(witness, REPLY_JOBS),
      (port) => port !== undefined && port !== killed,
    );
    const failedOverAt = Date.now();
    // Messages that were sent after the kill are answered, through the new master.
    const later = await eventually(
      () => traffic.answered.filter(({ sentAt }) => sentAt > killedAt),
      (found) => found.length >= 8,
    );
    await eventually(warm, (from) => from === 'HIT');
    const cachedAt = Date.now();
    await traffic.stop();
    expect(traffic.failures).toEqual([]);
    await expectEverythingAnswered();
    await servers.restart(killed);
    const seconds = (to: number) => ((to - killedAt) / 1000).toFixed(1);
    console.info(
      `A killed master of the queue: the replica took over after ${seconds(failedOverAt)} s, the first message sent after ` +
        `the kill was answered after ${seconds(Math.min(...later.map(({ answeredAt }) => answeredAt)))} s, lists were cached again ` +
        `after ${seconds(cachedAt)} s; ${traffic.answered.length} messages in all, 0 lost, 0 of ${traffic.requests} requests failed.`,
    );
  });

  /** Promises 1 and 3, from the rows. */
  async function expectEverythingAnswered(): Promise<void> {
    const live = () =>
      deployment.entrance.rows<{ id: string }>('select id from messages where completed_at is null');
    await eventually(live, (rows) => rows.length === 0);
    const [row] = await deployment.entrance.rows<{
      sent: number;
      completed: number;
      charged: number;
      used: number;
    }>(
      `select count(*) filter (where role = 'user')::int as sent,
              count(*) filter (where role = 'model' and status = 'completed')::int as completed,
              count(*) filter (where charged_on is not null)::int as charged,
              (select sum(used)::int from daily_usage) as used
       from messages`,
    );
    const { sent, completed, charged, used } = row!;
    expect({ completed, charged, used }).toEqual({ completed: sent, charged: sent, used: sent });
  }
});
