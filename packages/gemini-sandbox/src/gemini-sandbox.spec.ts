import { ApiError, GoogleGenAI } from '@google/genai';
import { GoogleGenerativeAI } from '@google/generative-ai';
import { SANDBOX_API_KEY } from './api-key.js';
import { GeminiSandbox } from './gemini-sandbox.js';
import type { GeminiScript } from './gemini-script.js';

/** What a client made of an answer, in the same words for both clients. */
interface Seen {
  pieces: string[];
  finish: string | undefined;
  block: string | undefined;
  totalTokens: number | undefined;
}

interface Client {
  unary(text: string): Promise<Seen>;
  streamed(text: string): Promise<Seen>;
}

const sandbox = new GeminiSandbox({ chunkDelayMs: 0 });
const MODEL = 'gemini-flash-latest';
let marker = 0;

beforeAll(() => sandbox.listen());
afterAll(() => sandbox.close());

/** The official client. Its own fetch options look for a dispatcher that Jest's globals do not have. */
function official(baseUrl = sandbox.url) {
  const httpOptions = { baseUrl, fetch: (...call: Parameters<typeof fetch>) => fetch(...call) };
  return new GoogleGenAI({ apiKey: SANDBOX_API_KEY, httpOptions }).models;
}

/** A prompt of its own, so that a script is for this test alone. */
function scripted(script: GeminiScript): string {
  marker += 1;
  const text = `prompt number ${marker}.`;
  sandbox.script({ ...script, match: text });
  return text;
}

type Chunk = {
  candidates?: { content?: { parts?: { text?: string }[] }; finishReason?: unknown }[];
  promptFeedback?: { blockReason?: unknown };
  usageMetadata?: { totalTokenCount?: number };
};

function seen(chunks: Chunk[]): Seen {
  const last = chunks.at(-1);
  return {
    pieces: chunks
      .flatMap((chunk) => chunk.candidates?.[0]?.content?.parts ?? [])
      .flatMap((part) => part.text ?? []),
    finish: last?.candidates?.[0]?.finishReason as string | undefined,
    block: last?.promptFeedback?.blockReason as string | undefined,
    totalTokens: last?.usageMetadata?.totalTokenCount,
  };
}

async function drain(stream: AsyncIterable<Chunk>): Promise<Seen> {
  const chunks: Chunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return seen(chunks);
}

const ask = (contents: string) => ({ model: MODEL, contents, config: { maxOutputTokens: 2048 } });

function currentClient(): Client {
  const models = official();
  return {
    unary: async (text) => seen([await models.generateContent(ask(text))]),
    streamed: async (text) => drain(await models.generateContentStream(ask(text))),
  };
}

function retiredClient(): Client {
  const model = new GoogleGenerativeAI(SANDBOX_API_KEY).getGenerativeModel(
    { model: MODEL, generationConfig: { maxOutputTokens: 2048 } },
    { baseUrl: sandbox.url },
  );
  return {
    unary: async (text) => seen([(await model.generateContent(text)).response]),
    streamed: async (text) => {
      const { stream, response } = await model.generateContentStream(text);
      response.catch(() => undefined);
      return drain(stream);
    },
  };
}

describe.each([
  ['@google/genai', currentClient],
  ['@google/generative-ai', retiredClient],
])('%s', (_, connect) => {
  describe.each(['unary', 'streamed'] as const)('%s', (method) => {
    const play = (script: GeminiScript) => connect()[method](scripted(script));

    it('reads the default answer, its end and its tokens', async () => {
      const answer = await connect()[method]('tell me about lighthouses');
      expect(answer.pieces.join('')).toContain('You said: “tell me about lighthouses”');
      expect(answer.finish).toBe('STOP');
      expect(answer.totalTokens).toBeGreaterThan(10);
    });

    it('reads exactly the scripted chunks', async () => {
      const answer = await play({ chunks: ['नम', 'स्ते 👩‍👩‍👧 ', 'world'] });
      expect(answer.pieces).toEqual(method === 'unary' ? ['नमस्ते 👩‍👩‍👧 world'] : ['नम', 'स्ते 👩‍👩‍👧 ', 'world']);
    });

    it.each([
      [429, 'RetryInfo'],
      [503, 'overloaded'],
      [500, 'sets this response: 500'],
    ])('is refused with %d', async (status, word) => {
      const refused = play({ outcome: 'http_error', status, retryAfterSeconds: 3.5 });
      await expect(refused).rejects.toMatchObject({ status, message: expect.stringContaining(word) });
    });

    it.each([
      ['safety', 'SAFETY'],
      ['recitation', 'RECITATION'],
    ] as const)('sees a candidate ended by %s, without parts', async (outcome, finish) => {
      expect(await play({ outcome })).toMatchObject({ pieces: [], finish });
    });

    it('sees a blocked prompt', async () => {
      expect(await play({ outcome: 'prompt_blocked' })).toMatchObject({ pieces: [], block: 'SAFETY' });
    });

    it('sees MAX_TOKENS with and without text', async () => {
      const withText = await play({ outcome: 'max_tokens', chunks: ['one ', 'two '], afterChunks: 1 });
      expect(withText).toMatchObject({ pieces: ['one '], finish: 'MAX_TOKENS' });
      const without = await play({ outcome: 'max_tokens', afterChunks: 0 });
      expect(without).toMatchObject({ pieces: [], finish: 'MAX_TOKENS' });
    });

    it('sees STOP without text', async () => {
      expect(await play({ outcome: 'empty' })).toMatchObject({ pieces: [], finish: 'STOP' });
    });

    it('fails on a cut connection', async () => {
      await expect(play({ outcome: 'cut', chunks: ['one', 'two'], afterChunks: 1 })).rejects.toThrow(/./);
    });

    it('fails on broken JSON', async () => {
      await expect(play({ outcome: 'malformed', afterChunks: 0 })).rejects.toThrow(/JSON|pars/);
    });

    it('continues after a hang that is released', async () => {
      const text = scripted({ outcome: 'hang', afterChunks: 1, chunks: ['one ', 'two'] });
      const answer = connect()[method](text);
      await sandbox.waitForCall((call) => call.lastUserText === text && call.hanging);
      sandbox.release(text);
      expect((await answer).pieces.join('')).toBe('one two');
    });

    it('uses a script as often as it says, then answers by default', async () => {
      const text = scripted({ outcome: 'http_error', times: 2 });
      await expect(connect()[method](text)).rejects.toMatchObject({ status: 503 });
      await expect(connect()[method](text)).rejects.toMatchObject({ status: 503 });
      expect(await connect()[method](text)).toMatchObject({ finish: 'STOP' });
    });
  });
});

describe('the call log', () => {
  it('distinguishes a caller that disconnected from one that read to the end', async () => {
    const stays = scripted({ chunks: ['one'] });
    await currentClient().streamed(stays);
    const read = await sandbox.waitForCall((call) => call.lastUserText === stays && call.endedAt !== null);
    expect(read).toMatchObject({
      aborted: false,
      chunksSent: 1,
      method: 'streamGenerateContent',
      model: MODEL,
    });

    const goes = scripted({ outcome: 'hang', afterChunks: 0 });
    const models = official();
    const caller = new AbortController();
    const config = { abortSignal: caller.signal };
    const answer = models.generateContent({ model: MODEL, contents: goes, config });
    await sandbox.waitForCall((call) => call.lastUserText === goes && call.hanging);
    caller.abort();
    await expect(answer).rejects.toThrow('abort');
    const left = await sandbox.waitForCall((call) => call.lastUserText === goes && call.endedAt !== null);
    expect(left).toMatchObject({ aborted: true, outcome: 'hang' });
  });

  it('remembers the newest calls only', async () => {
    const small = new GeminiSandbox({ chunkDelayMs: 0, rememberedCalls: 2 });
    const models = official(await small.listen());
    for (const contents of ['a', 'b', 'c']) await models.generateContent({ model: MODEL, contents });
    expect(small.calls.map((call) => call.lastUserText)).toEqual(['b', 'c']);
    small.reset();
    expect(small.calls).toEqual([]);
    await small.close();
  });
});

describe('the rest of the API', () => {
  it('counts tokens, lists models and finds one, with the official client', async () => {
    const models = official();
    expect((await models.countTokens({ model: MODEL, contents: 'a'.repeat(40) })).totalTokens).toBe(10);
    const listed = [];
    for await (const model of await models.list()) listed.push(model.name);
    expect(listed).toContain(`models/${MODEL}`);
    expect(await models.get({ model: MODEL })).toMatchObject({ name: `models/${MODEL}` });
    await expect(models.get({ model: 'gemini-1.5-flash' })).rejects.toBeInstanceOf(ApiError);
  });
});
