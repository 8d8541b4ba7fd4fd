import { randomBytes } from 'node:crypto';
import { OpenAiStub, piece } from '../../src/llm/openai/openai-stub.support.js';
import { eventually } from '../support/eventually.js';
import { OtlpReceiver, type ReceivedSpan } from '../support/otlp-receiver.js';
import { newMobile, newUser, type TestUser } from '../support/people.js';
import { startProduct, startWorker, type Product, type WorkerProcess } from '../support/product.js';
import { newRoom } from '../support/rooms.js';
import { StripeScenario } from '../support/stripe-scenario.js';

const SERVER = 2;
const CLIENT = 3;
const PRODUCER = 4;
const CONSUMER = 5;

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

/** A `traceparent` of a caller. */
function newParent(flags = '01'): { traceId: string; spanId: string; header: { traceparent: string } } {
  const [traceId, spanId] = [hex(16), hex(8)];
  return { traceId, spanId, header: { traceparent: `00-${traceId}-${spanId}-${flags}` } };
}

describe('an API process and a worker process', () => {
  let collector: OtlpReceiver;
  let model: OpenAiStub;
  let stripe: StripeScenario;
  let product: Product;
  let worker: WorkerProcess;
  let user: TestUser;
  let room: string;
  beforeAll(async () => {
    collector = await OtlpReceiver.start();
    model = new OpenAiStub();
    await model.listen();
    const environment = {
      ...collector.environment,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=a%20key',
      WORKER: 'separate',
      LLM_PROVIDERS: 'acme',
      ACME_BASE_URL: model.url,
      ACME_MODEL: 'acme-1',
      BASIC_DAILY_LIMIT: '100',
    };
    stripe = await StripeScenario.start(environment);
    product = stripe.product;
    worker = await startWorker(product, { ...environment, ...stripe.environment });
    user = await newUser(product);
    room = (await newRoom(user)).id;
  });
  afterAll(async () => {
    await worker.end('SIGTERM');
    await stripe.stop();
    await model.close();
    await collector.close();
  });

  const send = (headers: Record<string, string> = {}, content = 'hello') =>
    user.client.post(
      `/chatroom/${room}/message`,
      { content },
      { headers: { prefer: 'wait=60', ...headers } },
    );
  const answers = () => model.nextStream([piece('Hi'), piece(null, 'stop'), '[DONE]']);
  const POST_MESSAGE = 'POST /chatroom/:id/message';

  it('one trace leads from the request of a signed-in client through the send and its job to the call of the model', async () => {
    answers();
    const parent = newParent();
    const sent = await send(parent.header);
    expect(sent.body.reply.status).toBe('completed');
    const spans = await collector.trace(parent.traceId, POST_MESSAGE, 'chat acme-1', 'process replies');
    const one = (name: string) => spans.find((span) => span.name === name)!;
    const facts = (name: string) => {
      const { kind, role, parentSpanId } = one(name);
      return { kind, role, parentSpanId };
    };
    const replyId = sent.body.reply.id;
    const process = one('process replies');
    const chat = one('chat acme-1');
    expect({
      request: facts(POST_MESSAGE),
      send: facts('send'),
      publish: facts('publish replies'),
      process: facts('process replies'),
      chat: facts('chat acme-1'),
      count: spans.length,
    }).toEqual({
      request: { kind: SERVER, role: 'api', parentSpanId: parent.spanId },
      send: { kind: CLIENT, role: 'api', parentSpanId: one(POST_MESSAGE).spanId },
      publish: { kind: PRODUCER, role: 'api', parentSpanId: one(POST_MESSAGE).spanId },
      process: { kind: CONSUMER, role: 'worker', parentSpanId: one('send').spanId },
      chat: { kind: CLIENT, role: 'worker', parentSpanId: process.spanId },
      count: 5,
    });
    expect(one(POST_MESSAGE).attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/chatroom/:id/message',
      'http.response.status_code': sent.status,
      request_id: sent.headers.get('x-request-id'),
      'user.id': user.id,
      'session.id': user.sessionId,
    });
    expect(
      [one('publish replies'), process].map(({ attributes }) => attributes['messaging.message.id']),
    ).toEqual([`${replyId}-1`, `${replyId}-1`]);
    expect(chat.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'acme',
      'gen_ai.request.model': 'acme-1',
      'gen_ai.response.model': 'stub-model-0613',
      'gen_ai.response.finish_reasons': ['stop'],
    });
    // The model server can continue the trace.
    expect(model.requests.at(-1)!.headers['traceparent']).toBe(`00-${parent.traceId}-${chat.spanId}-01`);
    // The collector's key is sent, and to the collector only.
    expect(collector.headers.at(-1)).toMatchObject({ 'x-collector-key': 'a key' });

    const line = (log: string, text: string) =>
      log.split('\n').find((one) => one.includes(text) && one.includes(parent.traceId)) ?? '';
    expect(JSON.parse(line(product.log, '"msg":"request"')).span_id).toBe(one(POST_MESSAGE).spanId);
    expect(JSON.parse(line(worker.log, '"msg":"reply ended"'))).toMatchObject({
      trace_id: parent.traceId,
      span_id: process.spanId,
      reply_id: replyId,
    });
  });

  it('a retry of the model is an event and a second span of the same trace', async () => {
    model.nextError(503);
    answers();
    const parent = newParent();
    expect((await send(parent.header)).body.reply.status).toBe('completed');
    const spans = await eventually(
      () => collector.spans.filter(({ traceId }) => traceId === parent.traceId),
      (found) => found.filter(({ name }) => name === 'process replies').length === 2,
    );
    const attempts = spans.filter(({ name }) => name === 'process replies');
    expect(attempts.map(({ attributes }) => attributes['reply.attempt'])).toEqual([1, 2]);
    expect(attempts.map(({ events }) => events.map(({ name }) => name))).toEqual([
      ['provider_failed', 'retry'],
      [],
    ]);
    const calls = spans.filter(({ name }) => name === 'chat acme-1');
    expect(calls.map(({ status, attributes }) => [status.code, attributes['error.type']])).toEqual([
      [2, 'unavailable'],
      [0, undefined],
    ]);
  });

  it('retry and regenerate continue the trace of their own request', async () => {
    answers();
    const { id } = (await send()).body.reply;
    answers();
    const parent = newParent();
    await user.client.post(
      `/chatroom/${room}/messages/${id}/regenerate`,
      {},
      { headers: { ...parent.header, prefer: 'wait=60' } },
    );
    const spans = await collector.trace(parent.traceId, 'reply-regenerate', 'process replies', 'chat acme-1');
    expect(spans.find(({ name }) => name === 'process replies')!.parentSpanId).toBe(
      spans.find(({ name }) => name === 'reply-regenerate')!.spanId,
    );
  });

  it('a signed-in client that does not record its trace is not recorded, in both processes', async () => {
    answers();
    const parent = newParent('00');
    expect((await send(parent.header)).body.reply.status).toBe('completed');
    answers();
    const later = newParent();
    await send(later.header);
    await collector.trace(later.traceId, POST_MESSAGE, 'chat acme-1');
    expect(collector.text).not.toContain(parent.traceId);
    expect(model.requests.at(-2)!.headers['traceparent']).toMatch(new RegExp(`^00-${parent.traceId}-.*-00$`));
  });

  it.each([
    ['a sign-in', 'POST /auth/send-otp', '/auth/send-otp', { mobile_number: newMobile() }, {}],
    ['a token that is not ours', 'POST /chatroom', '/chatroom', {}, { authorization: 'Bearer x.y.z' }],
    ['an unknown path', 'POST', '/nothing', {}, {}],
  ])(
    'the traceparent of a stranger is only linked, and decides no sampling: %s',
    async (_, name, path, body, extra) => {
      for (const flags of ['00', '01']) {
        const stranger = newParent(flags);
        await product.client.post(path, body, { headers: { ...stranger.header, ...extra } });
        const [span] = await eventually(
          () => collector.spans.filter(({ links }) => links.some(({ spanId }) => spanId === stranger.spanId)),
          ({ length }) => length > 0,
        );
        expect(span).toMatchObject({ name, kind: SERVER, links: [{ traceId: stranger.traceId }] });
        expect([span!.traceId === stranger.traceId, span!.parentSpanId]).toEqual([false, undefined]);
      }
    },
  );

  it('a malformed traceparent begins a trace', async () => {
    await user.client.get('/user/usage', { headers: { traceparent: `00-${'0'.repeat(32)}-${hex(8)}-01` } });
    const [span] = await collector.named('GET /user/usage');
    expect([span!.parentSpanId, span!.links]).toEqual([undefined, []]);
  });

  it('a request that fails is marked, without its text', async () => {
    await user.client.post('/chatroom', { name: 'x'.repeat(1_000) });
    const [refused] = await eventually(
      () => collector.spans.filter(({ attributes }) => attributes['http.response.status_code'] === 400),
      ({ length }) => length > 0,
    );
    expect([refused!.status.code, refused!.name]).toEqual([0, 'POST /chatroom']);
    expect(collector.text).not.toContain('xxxxxxxxxx');
  });

  it('a call of Stripe is a child of its request, and each webhook is processed in a span', async () => {
    await stripe.subscriber();
    const [request] = await collector.named('POST /subscribe/pro');
    const calls = collector.spans.filter(
      ({ traceId, kind }) => traceId === request!.traceId && kind === CLIENT,
    );
    expect(calls.map(({ name }) => name)).toContain('POST /v1/checkout/sessions');
    for (const { parentSpanId } of calls) expect(parentSpanId).toBe(request!.spanId);
    const [webhook] = await collector.named('process webhooks');
    expect(webhook).toMatchObject({
      kind: CONSUMER,
      attributes: { 'messaging.destination.name': 'webhooks' },
    });
    expect(collector.text).not.toMatch(/cus_|cs_test_[A-Za-z0-9]/);
  });
});

describe('a collector that is away', () => {
  const ended = (span: ReceivedSpan) => BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano);

  it.each(['hangs', 'refuses'] as const)(
    'one that %s costs no request, and no end of the process',
    async (state) => {
      const collector = await OtlpReceiver.start();
      collector.state = state;
      const product = await startProduct(collector.environment);
      const user = await newUser(product);
      for (let nth = 0; nth < 200; nth += 1) expect((await user.client.get('/user/usage')).status).toBe(200);
      await eventually(() => collector.exports > 0);
      expect((await user.client.get('/user/usage')).status).toBe(200);
      // What follows the outage arrives.
      collector.state = 'answers';
      await eventually(async () => {
        await user.client.get('/user/me');
        return collector.spans.some(({ name }) => name === 'GET /user/me');
      });
      expect(collector.spans.every(ended)).toBe(true);
      collector.state = state;
      expect(await product.end('SIGTERM')).toBe(0);
      await product.close();
      await collector.close();
    },
  );
});
