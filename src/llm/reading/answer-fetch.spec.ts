import type { ServerResponse } from 'node:http';
import { GeminiSandbox, type Outcome, SANDBOX_API_KEY } from '@chat-backend/gemini-sandbox';
import { collect, silenceLimits, requestOf } from '../collect.support.js';
import { EventFrames } from './event-frames.js';
import { GeminiLanguageModel } from '../gemini/gemini.provider.js';
import { AnswerTooLarge } from '../language-model.js';
import { OpenAiCompatibleLanguageModel } from '../openai/openai-compatible.provider.js';
import { OpenAiStub, piece } from '../openai/openai-stub.support.js';

const MIB = 1024 * 1024;
/** Bytes in the buffers of two sockets, of Node and of undici, after the reader has stopped. */
const IN_BUFFERS = 8 * MIB;

const stub = new OpenAiStub();
const sandbox = new GeminiSandbox({ chunkDelayMs: 0 });
let openai: OpenAiCompatibleLanguageModel;
let gemini: GeminiLanguageModel;
beforeAll(async () => {
  await Promise.all([stub.listen(), sandbox.listen()]);
  openai = new OpenAiCompatibleLanguageModel({ baseUrl: stub.url, apiKey: null }, silenceLimits(30));
  gemini = new GeminiLanguageModel({ baseUrl: sandbox.url, apiKey: SANDBOX_API_KEY }, silenceLimits(30));
});
afterAll(() => Promise.all([stub.close(), sandbox.close()]));

/** Writes the same piece until the caller disconnects. @returns bytes written, including buffered ones */
function floodOf(piece: string, head = '', status = 200): Promise<number> {
  return new Promise((resolve) => {
    stub.next((response: ServerResponse) => {
      let bytes = 0;
      response.writeHead(status, { 'content-type': 'text/event-stream' });
      response.write(head);
      const write = () => {
        bytes += piece.length;
        if (!response.destroyed && bytes < 256 * MIB) response.write(piece, () => setImmediate(write));
      };
      response.once('close', () => resolve(bytes));
      write();
    });
  });
}
const event = (chunk: object) => `data: ${JSON.stringify(chunk)}\n\n`;

describe('an OpenAI-compatible server that sends without end', () => {
  it('text gets a truncated answer of the maximum size, and the call ends', async () => {
    const flooded = floodOf(event(piece('flood '.repeat(1000))));
    const { texts, end, error } = await collect(openai, requestOf('hi'));
    expect([texts.join('').length, end?.finish, error]).toEqual([131_072, 'length', null]);
    expect(await flooded).toBeLessThan(IN_BUFFERS);
  });

  it.each([
    ['one event', 'x'.repeat(64 * 1024), 'data: {"choices":[{"delta":{"content":"', 2 * MIB],
    ['lines of one event', `data:\n`.repeat(1000), 'data: {\n', 2 * MIB],
    ['one JSON body', ' '.repeat(64 * 1024), '{"choices": [', 2 * MIB],
    ['events without text', event({ ...piece(''), padding: 'x'.repeat(4096) }).repeat(16), '', 48 * MIB],
    ['a page that is no stream', `<p>${'hello '.repeat(200)}</p>\n`.repeat(50), '<html>\n', 48 * MIB],
    ['white space', ' '.repeat(64 * 1024), '', 48 * MIB],
  ])('%s: the call ends, and nothing was answered', async (_, piece, head, bound) => {
    const flooded = floodOf(piece, head);
    expect(await collect(openai, requestOf('hi'))).toMatchObject({
      texts: [],
      error: { kind: 'unavailable' },
    });
    expect(await flooded).toBeLessThan(bound + IN_BUFFERS);
  });

  it('one event after text gets a truncated answer with that text', async () => {
    const flooded = floodOf(
      'x'.repeat(64 * 1024),
      `${event(piece('said'))}data: {"choices":[{"delta":{"content":"`,
    );
    expect(await collect(openai, requestOf('hi'))).toMatchObject({
      texts: ['said'],
      end: { finish: 'length' },
      error: null,
    });
    expect(await flooded).toBeLessThan(2 * MIB + IN_BUFFERS);
  });

  it('an error body is judged by its status', async () => {
    const flooded = floodOf('x'.repeat(64 * 1024), '{"error":{"message":"', 503);
    expect(await collect(openai, requestOf('hi'))).toMatchObject({ error: { reason: 'http 503' } });
    expect(await flooded).toBeLessThan(IN_BUFFERS);
  });
});

it.each<[Outcome, object, number]>([
  ['flood', { end: { finish: 'length' }, error: null }, MIB],
  ['flood_line', { texts: [], error: { kind: 'unavailable' } }, 2 * MIB],
  ['flood_silent', { texts: [], error: { kind: 'unavailable' } }, 48 * MIB],
])('Gemini that sends without end (%s) is bounded in the same way', async (outcome, answer, bound) => {
  const text = `please ${outcome}`;
  sandbox.script({ match: text, outcome });
  expect(await collect(gemini, requestOf(text))).toMatchObject(answer);
  const call = await sandbox.waitForCall(({ lastUserText, endedAt }) => lastUserText === text && !!endedAt);
  expect([call.aborted, call.bytesFlooded < bound + IN_BUFFERS]).toEqual([true, true]);
});

describe('no legal answer is cut', () => {
  it.each([
    ['in one event, every character escaped', [...'é'.repeat(60_000)].map(() => '\\u00e9').join('')],
    ['in one event, as emoji', '\\ud83d\\ude00'.repeat(30_000)],
  ])('%s', async (_, escaped) => {
    stub.next((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`data: {"choices":[{"delta":{"content":"${escaped}"},"finish_reason":"stop"}]}\n\n`);
    });
    const { end, texts } = await collect(openai, requestOf('hi'));
    expect([end?.finish, texts.join('')]).toEqual(['stop', JSON.parse(`"${escaped}"`)]);
  });
});

describe('an answer without a stream', () => {
  const completion = {
    object: 'chat.completion',
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: 'whole' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 3, completion_tokens: 1 },
  };

  it.each([
    ['application/json', JSON.stringify(completion)],
    ['text/event-stream', ` \n ${JSON.stringify(completion, null, 2)}\n`],
  ])('of one JSON body (%s) is read as the answer', async (type, body) => {
    stub.next((response) => response.writeHead(200, { 'content-type': type }).end(body));
    expect(await collect(openai, requestOf('hi'))).toMatchObject({
      texts: ['whole'],
      end: { finish: 'stop', usage: { outputTokens: 1 } },
    });
  });

  it('of half a JSON body is unavailable', async () => {
    const half = JSON.stringify(completion).slice(0, 80);
    stub.next((response) => response.writeHead(200, { 'content-type': 'application/json' }).end(half));
    expect(await collect(openai, requestOf('hi'))).toMatchObject({ error: { kind: 'unavailable' } });
  });

  it('of a JSON body with an error is that error', async () => {
    const body = JSON.stringify({ error: { code: 429, message: 'slow down' } });
    stub.next((response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body));
    expect(await collect(openai, requestOf('hi'))).toMatchObject({ error: { kind: 'rate_limited' } });
  });
});

describe('the frames of an event stream', () => {
  function framesOf(...chunks: string[]) {
    let alive = 0;
    const frames = new EventFrames({
      eventBytes: 1000,
      onBytes: () => undefined,
      onAlive: () => (alive += 1),
    });
    const events = chunks.flatMap((chunk) => [...frames.push(Buffer.from(chunk))].map(String));
    const last = frames.end();
    return { events: last ? [...events, last.toString()] : events, alive };
  }

  it.each([
    ['line feeds', 'data: a\n\ndata: b\n\n', ['a', 'b']],
    ['carriage returns and line feeds', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
    ['carriage returns', 'data: a\r\rdata: b\r\r', ['a', 'b']],
    ['no space', 'data:a\n\n', ['a']],
    ['other fields', 'event: x\nid: 1\ndata: a\nretry: 5\n\n', ['a']],
    ['several data lines', 'data: {"a":\ndata: 1}\n\n', ['{"a": 1}']],
    ['a byte order mark', '\ufeffdata: a\n\n', ['a']],
    ['no empty line at the end', 'data: a\n\ndata: b', ['a', 'b']],
    ['names that only begin so', 'database: x\ndata: a\n\n', ['a']],
  ])('with %s, cut anywhere', (_, stream, events) => {
    for (let at = 0; at <= stream.length; at += 1)
      expect(framesOf(stream.slice(0, at), stream.slice(at)).events).toEqual(events);
    expect(framesOf(...stream).events).toEqual(events);
  });

  it('report comments and empty lines as signs of life', () => {
    expect(framesOf(': ping\n\n: ping\n\ndata: a\n\n').alive).toBe(5);
  });

  it('are refused above their size, in one line or in many', () => {
    expect(() => framesOf('data: ', 'x'.repeat(1001))).toThrow(AnswerTooLarge);
    expect(() => framesOf('data:\n'.repeat(100))).toThrow(AnswerTooLarge);
  });
});
