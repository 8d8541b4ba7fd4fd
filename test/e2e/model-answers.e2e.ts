import { readFileSync } from 'node:fs';
import { GeminiSandbox, type GeminiScript, SANDBOX_API_KEY } from '@chat-backend/gemini-sandbox';
import { conversationOn, messagePath } from '../support/branches.js';
import { ask, expectQuotaExact, marked, usedToday } from '../support/conversations.js';
import { startProduct, type Product } from '../support/product.js';
import { someoneWithRoom } from '../support/rooms.js';

const MIB = 1024 * 1024;

/** The model, in this process: its calls can be counted, and its memory is not the product's. */
const model = new GeminiSandbox({ chunkDelayMs: 0 });
let product: Product;
beforeAll(async () => {
  await model.listen();
  const environment = {
    GEMINI_API_KEY: SANDBOX_API_KEY,
    GEMINI_BASE_URL: model.url,
    LLM_TIMEOUT_SECONDS: '2',
    LLM_QUEUE_TIMEOUT_SECONDS: '20',
  };
  product = await startProduct(environment, { isFresh: true }); // its peak of memory is read
});
afterAll(async () => {
  await product.close();
  await model.close();
});

/** A new user sends a message to a model that follows the script. */
async function answerTo(script: GeminiScript) {
  const { user, room } = await someoneWithRoom(product);
  const text = marked();
  model.script({ match: text, ...script });
  const { reply } = (await ask(user, room, text)).body;
  const calls = model.calls.filter(({ lastUserText }) => lastUserText.includes(text));
  return { user, room, text, reply, calls };
}
/** Peak memory of the product, in bytes. */
function peakMemory(): number {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(
    readFileSync(`/proc/${product.process.pid}/status`, 'utf8'),
  )!;
  return Number(kilobytes) * 1024;
}

describe('a model that sends without end', () => {
  it('text: the reply is truncated at its size after one call, and memory stays bounded', async () => {
    await answerTo({ outcome: 'answer' });
    const before = peakMemory();
    const { reply, calls, user } = await answerTo({ outcome: 'flood', times: 10 });
    expect(reply).toMatchObject({ status: 'truncated', finish_reason: 'length', error: null, attempt: 1 });
    expect(Buffer.byteLength(reply.content)).toBe(64 * 2048);
    expect(calls.map(({ aborted, bytesFlooded }) => [aborted, bytesFlooded < 8 * MIB])).toEqual([
      [true, true],
    ]);
    expect(peakMemory() - before).toBeLessThan(100 * MIB);
    expect(await usedToday(user)).toBe(1);
  });

  it('one event: nothing was answered, and the model is called again', async () => {
    const { reply, calls } = await answerTo({ outcome: 'flood_line' });
    expect([reply.status, reply.attempt, calls.length]).toEqual(['completed', 2, 2]);
  });
});

describe('a reply is made once and is whole', () => {
  it('with malformed token counts: completed at the first try with unknown usage', async () => {
    const { reply, calls } = await answerTo({ chunks: ['whole'], usage: { candidatesTokenCount: 12.5 } });
    expect(reply).toMatchObject({ status: 'completed', content: 'whole', usage: null, attempt: 1 });
    expect(calls).toHaveLength(1);
  });

  it('with a finish reason on every chunk and a cut after the first: half an answer is never completed', async () => {
    const half: GeminiScript = { chunks: ['one ', 'two'], outcome: 'cut', finishEverywhere: true };
    const { reply } = await answerTo(half);
    expect([reply.status, reply.attempt]).toEqual(['completed', 2]);
    expect(reply.content).not.toContain('one ');
  });

  it('with thoughts in tags: they are not shown, stored or sent back', async () => {
    const chunks = ['<thi', 'nk>Let me see.</th', 'ink>\n\nBlue', '.'];
    const { user, room, reply } = await answerTo({ chunks });
    expect(reply).toMatchObject({ status: 'completed', content: 'Blue.' });
    await ask(user, room, 'and now?');
    expect(model.calls.at(-1)?.contents.map(({ text }) => text)).toContain('Blue.');
  });

  it('a server that queues with comments is awaited longer than a silent one', async () => {
    const { reply } = await answerTo({ queuedMs: 5000, chunks: ['at last'] });
    expect(reply).toMatchObject({ status: 'completed', content: 'at last', attempt: 1 });
  });
});

describe('a technical finish reason', () => {
  it('without text is retried', async () => {
    const { reply } = await answerTo({ chunks: [], finishReason: 'MALFORMED_FUNCTION_CALL' });
    expect([reply.status, reply.attempt]).toEqual(['completed', 2]);
  });

  it('with text keeps the text as truncated', async () => {
    const { reply } = await answerTo({ chunks: ['some'], finishReason: 'MALFORMED_FUNCTION_CALL' });
    expect(reply).toMatchObject({
      status: 'truncated',
      content: 'some',
      finish_reason: 'error',
      error: null,
    });
  });
});

describe('editing a message', () => {
  it('sends the model the active path, and nothing of another branch', async () => {
    const { user, room, first, second } = await conversationOn(product);
    const text = marked('second, other');
    const path = `${messagePath(room, second.message.id)}/edit`;
    await user.client.post(path, { content: text }, { headers: { prefer: 'wait=60' } });
    const asked = model.calls.find(({ lastUserText }) => lastUserText === text)!;
    expect(asked.contents.map((turn) => turn.text)).toEqual([
      first.message.content,
      first.reply.content,
      text,
    ]);
    await user.client.put(`/chatroom/${room}/active`, { message_id: second.message.id });
    const third = marked('third');
    await ask(user, room, third);
    const last = model.calls.find(({ lastUserText }) => lastUserText === third)!;
    expect(last.contents.map((turn) => turn.text)).toEqual([
      first.message.content,
      first.reply.content,
      second.message.content,
      second.reply.content,
      third,
    ]);
  });
});

describe('a message that a model refuses does not end its room', () => {
  it('a message that is too long fails once, costs nothing, and is not sent again', async () => {
    const tooLong: GeminiScript = { outcome: 'http_error', reason: 'too_long', times: 10 };
    const { user, room, text, reply } = await answerTo(tooLong);
    expect(reply).toMatchObject({ status: 'failed', error: { code: 'model_rejected', retriable: false } });
    expect(await usedToday(user)).toBe(0);
    const next = await ask(user, room, 'another');
    expect(next.body.reply.status).toBe('completed');
    expect(model.calls.at(-1)?.contents).toEqual([{ role: 'user', text: 'another' }]);
    const history = (await user.client.get(`/chatroom/${room}/messages`)).body.data as { content: string }[];
    expect(history.map(({ content }) => content)).toContain(text);
    await expectQuotaExact(product, user);
  });

  it('a long history is shortened within the one reply', async () => {
    const { user, room } = await someoneWithRoom(product);
    const [old, text] = [marked(), marked()];
    await ask(user, room, `${old} ${'word '.repeat(200)}`);
    model.script({ match: text, outcome: 'http_error', reason: 'too_long' });
    const { reply } = (await ask(user, room, text)).body;
    expect(reply).toMatchObject({ status: 'completed', attempt: 1 });
    expect(model.calls.at(-1)?.contents).toEqual([{ role: 'user', text }]);
  });

  it('a bad API key does not exclude the message: it is sent with the next one', async () => {
    const { user, room, text, reply } = await answerTo({ outcome: 'http_error', reason: 'bad_key' });
    expect(reply).toMatchObject({ status: 'failed', error: { code: 'model_rejected' } });
    await ask(user, room, 'another');
    expect(model.calls.at(-1)?.lastUserText).toBe(`${text}\n\nanother`);
  });

  it('a policy that answers with an error blocks the prompt, which is not sent again', async () => {
    const { user, room, reply } = await answerTo({ outcome: 'http_error', reason: 'prohibited' });
    expect(reply).toMatchObject({ status: 'blocked', error: { code: 'prompt_blocked' } });
    expect((await ask(user, room, 'another')).body.reply.status).toBe('completed');
    expect(model.calls.at(-1)?.lastUserText).toBe('another');
  });
});

it('an exhausted daily quota of the provider fails the reply at once and costs nothing', async () => {
  const { user, reply } = await answerTo({ outcome: 'http_error', reason: 'daily_quota' });
  expect(reply).toMatchObject({
    status: 'failed',
    error: { code: 'model_rate_limited', retriable: true },
    attempt: 1,
  });
  expect(await usedToday(user)).toBe(0);
});
