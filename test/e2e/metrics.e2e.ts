import { randomUUID } from 'node:crypto';
import { ask, finalReply, marked, send } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { alerts, dashboardQueries, selectorsIn, type Selector } from '../support/monitoring-files.js';
import { newUser, signIn, type TestUser } from '../support/people.js';
import { newDatabase } from '../support/processes.js';
import {
  sharedProduct,
  startProduct,
  startWorker,
  type Product,
  type WorkerProcess,
} from '../support/product.js';
import { listOf, newRoom, someoneWithRoom } from '../support/rooms.js';
import { METRICS_TOKEN, scrape, scrapeText, valueOf, type Sample } from '../support/scrapes.js';
import { TcpProxy } from '../support/tcp-proxy.js';

/** Response of a request, with everything but the date. */
async function bytesOf(url: string, method: string, authorization?: string): Promise<object> {
  const response = await fetch(url, {
    method,
    headers: { 'x-request-id': 'the-same-id', accept: 'text/plain', ...(authorization && { authorization }) },
  });
  const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== 'date'));
  const text = await response.text();
  // A worker makes its own ids.
  return { status: response.status, headers, text: text.replace(/"request_id":"[^"]*"/, '') };
}

/** How the answer for `/metrics` differs from that for an unknown path of the same length. */
async function differences(url: string, authorizations: (string | undefined)[]): Promise<object[]> {
  const found: object[] = [];
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])
    for (const authorization of authorizations)
      for (const suffix of ['', '/', '?a=b', '?access_token=x']) {
        const metrics = await bytesOf(`${url}/metrics${suffix}`, method, authorization);
        const unknown = await bytesOf(`${url}/metricz${suffix}`, method, authorization);
        const as = JSON.stringify(metrics).replaceAll('/metrics', '/metricz');
        if (as !== JSON.stringify(unknown)) found.push({ method, suffix, authorization, metrics, unknown });
      }
  return found;
}

const WRONG = [
  undefined,
  'Bearer ',
  `Bearer ${METRICS_TOKEN}x`,
  `Bearer ${METRICS_TOKEN.slice(0, -1)}`,
  METRICS_TOKEN,
];

describe('an API process and a worker process with metrics', () => {
  let wire: TcpProxy;
  let product: Product;
  let worker: WorkerProcess;
  let user: TestUser;
  let room: string;
  /** Samples of both processes after the traffic of beforeAll. */
  let samples: Sample[];
  const requestId = randomUUID();

  beforeAll(async () => {
    const DATABASE_URL = await newDatabase();
    wire = await TcpProxy.to(DATABASE_URL);
    const environment = { METRICS_TOKEN, WORKER: 'separate', BASIC_DAILY_LIMIT: '3' };
    product = await startProduct({ ...environment, DATABASE_URL: wire.url });
    worker = await startWorker({ databaseUrl: DATABASE_URL }, { METRICS_TOKEN, WORKER_PROBE_PORT: '0' });
    await signIn(product);
    user = await newUser(product);
    room = (await newRoom(user)).id;
    await user.client.post(
      `/chatroom/${room}/message`,
      { content: marked() },
      { headers: { prefer: 'wait=60', 'x-request-id': requestId } },
    );
    await ask(user, room, `[[sandbox: 503 times=1]] ${marked()}`);
    await ask(user, room);
    expect((await send(user, room, 'one too many')).status).toBe(429);
    await listOf(user.client);
    samples = [...(await scrape(product.url)), ...(await scrape(worker.probeUrl!))];
  });
  afterAll(async () => {
    await worker.end('SIGTERM');
    await product.close();
    await wire.close();
  });

  it('tell how many messages a statement stored, when many people send at once', async () => {
    const people = await Promise.all(
      Array.from({ length: 12 }, () => someoneWithRoom(product, { tier: 'pro' })),
    );
    const grouped = async () => valueOf(await scrape(product.url), 'chat_grouped_sends_total', {});
    const statements = async (kind: string) =>
      valueOf(await scrape(product.url), 'chat_send_statements_total', { kind });
    await eventually(async () => {
      await Promise.all(people.map(({ user: person, room: theirs }) => send(person, theirs, 'hello')));
      return ((await grouped()) ?? 0) > 0;
    });
    expect(await statements('group')).toBeGreaterThan(0);
    expect(await statements('single')).toBeGreaterThan(0);
  });

  it('count what has happened', () => {
    const counted = (name: string, labels: Record<string, string>) => valueOf(samples, name, labels);
    expect({
      accepted: counted('chat_sends_total', { outcome: 'accepted' }),
      refused: counted('chat_quota_refusals_total', { tier: 'basic' }),
      refusals: counted('chat_http_problems_total', { code: 'daily_limit_reached' }),
      completed: counted('chat_replies_total', { state: 'completed' }),
      retried: counted('chat_reply_postponed_total', { kind: 'retry' }),
      firstTexts: counted('chat_reply_seconds_count', { until: 'first_text', model: 'gemini-flash-latest' }),
      answered: counted('chat_model_calls_total', { provider: 'gemini', outcome: 'answered' }),
      unavailable: counted('chat_model_calls_total', { provider: 'gemini', outcome: 'unavailable' }),
      jobs: counted('chat_queue_wait_seconds_count', { queue: 'replies' }),
      sms: counted('chat_otp_sends_total', { outcome: 'sent' }),
      codes: counted('chat_otp_requests_total', { purpose: 'login', outcome: 'accepted' }),
      requests: counted('chat_http_request_duration_seconds_count', {
        method: 'POST',
        route: '/chatroom/:id/message',
        status: '4xx',
        held: 'no',
      }),
    }).toEqual({
      accepted: 3,
      refused: 1,
      refusals: 1,
      completed: 3,
      retried: 1,
      firstTexts: 3,
      answered: 3,
      unavailable: 1,
      jobs: 3,
      sms: 1,
      codes: 1,
      requests: 1,
    });
    expect(counted('chat_reply_tokens_total', { kind: 'output' })).toBeGreaterThan(0);
    expect(counted('chat_list_cache_reads_total', {})).toBe(1);
  });

  it('have every series that the rules and the dashboard name', () => {
    const queries = [...dashboardQueries(), ...alerts()].map(({ expr }) => expr);
    const isThere = ({ name, labels }: Selector) =>
      samples.some((sample) => sample.name === name) &&
      Object.entries(labels).every(([label, values]) =>
        values.every((value) => samples.some((one) => one.name === name && one.labels[label] === value)),
      );
    // Only where Redis is configured.
    const withoutRedis = ({ labels, ...rest }: Selector): Selector => ({
      ...rest,
      labels: {
        ...labels,
        ...(labels['dependency'] && { dependency: labels['dependency'].filter((one) => one !== 'redis') }),
      },
    });
    const missing = queries
      .flatMap(selectorsIn)
      .map(withoutRedis)
      .filter((selector) => !isThere(selector));
    expect(missing).toEqual([]);
  });

  it('name the request that asked for a reply in the reply’s one line', async () => {
    const lines = await eventually(
      () =>
        worker.log
          .split('\n')
          .filter((line) => line.includes('"msg":"reply ended"') && line.includes(requestId)),
      ({ length }) => length > 0,
    );
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      role: 'worker',
      request_id: requestId,
      'gen_ai.conversation.id': room,
      'user.id': user.id,
      state: 'completed',
      'gen_ai.provider.name': 'gemini',
      'gen_ai.request.model': 'gemini-flash-latest',
      attempt: 1,
      first_text_ms: expect.any(Number),
      total_ms: expect.any(Number),
      'gen_ai.usage.output_tokens': expect.any(Number),
    });
    expect(product.log).toContain(`"request_id":"${requestId}","http.request.method":"POST"`);
  });

  it('write that line also for a reply that is stopped, or fails, with its state', async () => {
    const pro = await newUser(product, { tier: 'pro' });
    const place = (await newRoom(pro)).id;
    const failed = await ask(pro, place, `[[sandbox: 400]] ${marked()}`);
    const slow = await send(pro, place, `[[sandbox: hang]] ${marked()}`);
    const { id } = slow.body.reply;
    await pro.client.post(`/chatroom/${place}/messages/${id}/stop`);
    await finalReply(pro, slow);
    const lineOf = (replyId: string) =>
      eventually(
        () =>
          `${worker.log}${product.log}`
            .split('\n')
            .filter((one) => one.includes(`"reply_id":"${replyId}"`) && one.includes('reply ended')),
        (found) => found.length === 1,
      );
    const states = [await lineOf(failed.body.reply.id), await lineOf(id)].map(
      ([line]) => (JSON.parse(line!) as { state: string }).state,
    );
    expect(states).toEqual(['failed', 'stopped']);
  });

  it('answer a scrape without the right token as a request to an unknown path', async () => {
    expect(await differences(product.url, WRONG)).toEqual([]);
    expect(await differences(worker.probeUrl!, WRONG)).toEqual([]);
    expect(await scrapeText(product.url)).toContain('chat_sends_total');
  });

  it('have no series of a path, a method or a model that the client made up', async () => {
    const made = `made-up-${randomUUID()}`;
    await fetch(`${product.url}/${made}`, { method: 'PROPFIND' });
    expect(await scrapeText(product.url)).not.toContain('made-up');
    expect(await scrapeText(product.url)).not.toContain('PROPFIND');
  });

  it('a worker is live and ready, and not ready while it ends its last replies', async () => {
    const status = async (path: string) => (await fetch(worker.probeUrl! + path)).status;
    expect([await status('/health/live'), await status('/health/ready')]).toEqual([200, 200]);
    const ended = worker.end('SIGTERM');
    const seen = await eventually(
      () => status('/health/ready').catch(() => 0),
      (code) => code !== 200,
    );
    expect([503, 0]).toContain(seen);
    expect(await ended).toBe(0);
  });

  it('a scrape answers while PostgreSQL is down, without the series that need it', async () => {
    const accepted = (seen: Sample[]) => valueOf(seen, 'chat_sends_total', { outcome: 'accepted' });
    const before = await scrape(product.url);
    expect(valueOf(before, 'chat_dependency_up', { dependency: 'database' })).toBe(1);
    wire.cut();
    const down = await eventually(
      () => scrape(product.url),
      (seen) => valueOf(seen, 'chat_dependency_up', { dependency: 'database' }) === 0,
    );
    expect(valueOf(down, 'chat_metrics_source_up', { source: 'webhook_backlog' })).toBe(0);
    expect(valueOf(down, 'chat_webhook_backlog')).toBeNull();
    expect(accepted(down)).toBe(accepted(before));
    wire.mend();
    await eventually(
      () => scrape(product.url),
      (seen) => valueOf(seen, 'chat_webhook_backlog') === 0,
    );
  });
});

it('without METRICS_TOKEN there is no such path, whatever the token', async () => {
  const product = await sharedProduct();
  expect(await differences(product.url, [undefined, `Bearer ${METRICS_TOKEN}`])).toEqual([]);
  await product.close();
});
