import { GeminiSandbox, SANDBOX_API_KEY } from '@chat-backend/gemini-sandbox';
import { finalReply, marked } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { newUser, type TestUser } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { newRoom, startTwin } from '../support/rooms.js';

/** The model runs in this process, so that its calls can be counted and its scripts removed. */
const model = new GeminiSandbox({ chunkDelayMs: 0 });
let environment: Record<string, string>;
let on: Product;
beforeAll(async () => {
  await model.listen();
  environment = {
    GEMINI_API_KEY: SANDBOX_API_KEY,
    GEMINI_BASE_URL: model.url,
    WORKER_CONCURRENCY: '3',
    LLM_TIMEOUT_SECONDS: '1',
  };
  on = await startProduct(environment);
});
let text: string;
beforeEach(() => {
  model.reset();
  text = marked();
});
afterAll(async () => {
  await on.close();
  await model.close();
});

/** The model's calls of this test. */
const calls = () => model.calls.filter(({ lastUserText }) => lastUserText === text);

/** Creates users, each of whom sends one message. */
async function manySend(count: number) {
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
/** This test's replies that are not final. */
const liveStates = () =>
  on.rows<{ status: string; failures: number; next: Date | null }>(
    `select status, failures, next_attempt_at as next from messages
     where completed_at is null and parent_id in (select id from messages where content = $1)`,
    [text],
  );

describe('a failing model', () => {
  it('is not called after a few failures, and waiting replies are answered when it is back', async () => {
    model.script({ match: text, times: 10_000, outcome: 'hang' });
    const sent = await manySend(20);
    // Three at a time and a second each: seven seconds if each waited for its own timeout.
    const waiting = await eventually(liveStates, (replies) =>
      replies.every(({ status }) => status === 'retrying'),
    );
    expect(waiting).toHaveLength(20);
    expect(calls().length).toBeLessThanOrEqual(9);
    model.reset();
    const replies = await finals(sent);
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set(['completed']));
  });
});

describe('a rate-limited model', () => {
  it('is not called until its limit ends: ten replies wait without using a try and are all answered', async () => {
    model.script({ match: text, times: 10_000, outcome: 'http_error', status: 429, retryAfterSeconds: 2 });
    const limitEnds = Date.now() + 2000;
    const sent = await manySend(10);
    const waiting = await eventually(
      liveStates,
      (replies) => replies.length === 10 && replies.every(({ status }) => status === 'retrying'),
    );
    expect(waiting.map(({ failures }) => failures)).toEqual(Array.from({ length: 10 }, () => 0));
    expect(waiting.every(({ next }) => next !== null)).toBe(true);
    // Three calls are running when the first is refused; the other replies are deferred without a call.
    expect(calls().length).toBeLessThan(10);
    await eventually(() => Date.now() > limitEnds);
    model.reset();
    const replies = await finals(sent);
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 'completed'));
    expect(calls()).toHaveLength(10);
  });

  // The last one: the limit of its model does not end.
  it('is not called by any process once one process was refused', async () => {
    const twin = await startTwin(on, environment);
    model.script({ match: text, times: 10_000, outcome: 'http_error', status: 429, retryAfterSeconds: 30 });
    await manySend(1);
    await eventually(() => calls().length === 1);
    await manySend(12);
    await eventually(
      liveStates,
      (replies) => replies.length === 13 && replies.every(({ status }) => status === 'retrying'),
    );
    expect(calls()).toHaveLength(1);
    await twin.close();
  });
});
