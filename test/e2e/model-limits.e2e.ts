import { GeminiSandbox, SANDBOX_API_KEY } from '@chat-backend/gemini-sandbox';
import { finalReply, marked } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { newUser, type TestUser } from '../support/people.js';
import { newDatabase } from '../support/processes.js';
import { startProduct, type Product } from '../support/product.js';
import { newRoom } from '../support/rooms.js';

/** The model runs in this process, so that its calls can be counted and its scripts removed. */
const model = new GeminiSandbox({ chunkDelayMs: 0 });
const products: Product[] = [];
let environment: Record<string, string>;
beforeAll(async () => {
  await model.listen();
  environment = { GEMINI_API_KEY: SANDBOX_API_KEY, GEMINI_BASE_URL: model.url };
});
let text: string;
beforeEach(() => {
  model.reset();
  text = marked();
});
afterAll(async () => {
  await Promise.all(products.map((one) => one.close()));
  await model.close();
});

async function product(changes: Record<string, string> = {}): Promise<Product> {
  const started = await startProduct({ ...environment, ...changes });
  products.push(started);
  return started;
}

/** The model's calls of this test. */
const calls = () => model.calls.filter(({ lastUserText }) => lastUserText === text);

/** Creates users, each of whom sends one message. */
async function manySend(on: Product, count: number) {
  const people = await Promise.all(Array.from({ length: count }, () => newUser(on)));
  return Promise.all(
    people.map(async (user) => {
      const { id } = await newRoom(user);
      return { user, sent: await user.client.post(`/chatroom/${id}/message`, { content: text }) };
    }),
  );
}
const finals = (sent: { user: TestUser; sent: Awaited<ReturnType<typeof manySend>>[number]['sent'] }[]) =>
  Promise.all(sent.map((one) => finalReply(one.user, one.sent)));
const liveStates = (on: Product) =>
  on.rows<{ status: string; failures: number; next: Date | null }>(
    `select status, failures, next_attempt_at as next from messages where completed_at is null`,
  );

describe('a rate-limited model', () => {
  it('is not called until its limit ends: ten replies wait without using a try and are all answered', async () => {
    const on = await product({ WORKER_CONCURRENCY: '4' });
    model.script({ match: text, times: 10_000, outcome: 'http_error', status: 429, retryAfterSeconds: 2 });
    const limitEnds = Date.now() + 2000;
    const sent = await manySend(on, 10);
    const waiting = await eventually(
      () => liveStates(on),
      (replies) => replies.length === 10 && replies.every(({ status }) => status === 'retrying'),
    );
    expect(waiting.map(({ failures }) => failures)).toEqual(Array.from({ length: 10 }, () => 0));
    expect(waiting.every(({ next }) => next !== null)).toBe(true);
    // Four calls are running when the first is refused; the other replies are deferred without a call.
    expect(calls().length).toBeLessThan(10);
    await eventually(() => Date.now() > limitEnds);
    model.reset();
    const replies = await finals(sent);
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 'completed'));
    expect(calls()).toHaveLength(10);
  });

  it('is not called by any process once one process was refused', async () => {
    const DATABASE_URL = await newDatabase();
    const on = await product({ DATABASE_URL, WORKER_CONCURRENCY: '1' });
    await product({ DATABASE_URL, WORKER_CONCURRENCY: '1' });
    model.script({ match: text, times: 10_000, outcome: 'http_error', status: 429, retryAfterSeconds: 30 });
    await manySend(on, 1);
    await eventually(() => calls().length === 1);
    await manySend(on, 12);
    await eventually(
      () => liveStates(on),
      (replies) => replies.length === 13 && replies.every(({ status }) => status === 'retrying'),
    );
    expect(calls()).toHaveLength(1);
  });
});

describe('a failing model', () => {
  it('is not called after a few failures, and waiting replies are answered when it is back', async () => {
    const on = await product({ LLM_TIMEOUT_SECONDS: '1', WORKER_CONCURRENCY: '3' });
    model.script({ match: text, times: 10_000, outcome: 'hang' });
    const sent = await manySend(on, 20);
    // Three at a time and a second each: seven seconds if each waited for its own timeout.
    const waiting = await eventually(
      () => liveStates(on),
      (replies) => replies.every(({ status }) => status === 'retrying'),
    );
    expect(waiting).toHaveLength(20);
    expect(calls().length).toBeLessThanOrEqual(9);
    model.reset();
    const replies = await finals(sent);
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set(['completed']));
  });
});
