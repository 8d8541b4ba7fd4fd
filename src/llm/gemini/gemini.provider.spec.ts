import { inspect } from 'node:util';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GeminiSandbox, type GeminiScript, SANDBOX_API_KEY } from '@chat-backend/gemini-sandbox';
import { collect, silenceLimits, requestOf } from '../collect.support.js';
import { GeminiLanguageModel } from './gemini.provider.js';
import type { GenerateRequest } from '../language-model.js';

const sandbox = new GeminiSandbox({ chunkDelayMs: 0 });
let gemini: GeminiLanguageModel;
let marker = 0;

beforeAll(async () => {
  await sandbox.listen();
  gemini = provider(30);
});
afterAll(() => sandbox.close());

function provider(timeoutSeconds: number, apiKey = SANDBOX_API_KEY) {
  return new GeminiLanguageModel({ baseUrl: sandbox.url, apiKey }, silenceLimits(timeoutSeconds));
}

/** A unique question, so that the sandbox's script applies to this test only. */
function question(script: GeminiScript | GeminiScript[]): string {
  marker += 1;
  const match = `question number ${marker}.`;
  sandbox.script([script].flat().map((one) => ({ ...one, match })));
  return match;
}

const ask = (script: GeminiScript, changes: Partial<GenerateRequest> = {}, model = gemini) =>
  collect(model, requestOf(question(script), changes));

describe('an answer', () => {
  it('arrives in its pieces, then ends once, with its usage', async () => {
    const { texts, end, error } = await ask({
      chunks: ['one ', 'two 👩‍👩‍👧 ', 'three'],
      usage: {
        promptTokenCount: 100,
        cachedContentTokenCount: 60,
        candidatesTokenCount: 7,
        thoughtsTokenCount: 3,
      },
    });
    expect(error).toBeNull();
    expect(texts).toEqual(['one ', 'two 👩‍👩‍👧 ', 'three']);
    expect(end).toEqual({
      type: 'end',
      finish: 'stop',
      promptBlocked: false,
      model: 'gemini-flash-latest',
      usage: { promptTokens: 100, outputTokens: 7, thoughtTokens: 3, cachedTokens: 60 },
    });
  });

  it('has no thoughts in its text', async () => {
    const { texts } = await ask({ thought: 'hmm, let me see', chunks: ['yes'] });
    expect(texts).toEqual(['yes']);
  });

  it.each([
    [{ outcome: 'max_tokens', chunks: ['a', 'b'], afterChunks: 1 }, ['a'], 'length', false],
    [{ outcome: 'max_tokens', afterChunks: 0 }, [], 'length', false],
    [{ outcome: 'safety' }, [], 'safety', false],
    [{ outcome: 'safety', chunks: ['a', 'b'], afterChunks: 1 }, ['a'], 'safety', false],
    [{ outcome: 'recitation' }, [], 'recitation', false],
    [{ outcome: 'prompt_blocked' }, [], 'safety', true],
    [{ outcome: 'prompt_blocked', blockReason: 'PROHIBITED_CONTENT' }, [], 'safety', true],
    [{ outcome: 'prompt_blocked', blockReason: 'SOMETHING_NEW' }, [], 'policy', true],
    [{ chunks: ['a'], finishReason: 'SPII' }, ['a'], 'safety', false],
    [{ chunks: ['a'], finishReason: 'LANGUAGE' }, ['a'], 'technical', false],
    [{ chunks: ['a'], finishReason: 'SOMETHING_NEW' }, ['a'], 'technical', false],
  ] as const)('of %j ends as it should', async (script, texts, finish, promptBlocked) => {
    const answer = await ask(script as unknown as GeminiScript);
    expect(answer).toMatchObject({ texts, end: { finish, promptBlocked }, error: null });
  });

  it.each([
    [['all'], 'STOP', 'unavailable'],
    [['all', ''], 'STOP', null],
  ])('of %j with %s whose connection breaks is whole or not', async (texts, finishReason, kind) => {
    const server = await listen((_, response) => {
      const chunks = texts.map((text, at) => ({
        candidates: [{ content: { parts: [{ text }] }, ...(at === texts.length - 1 && { finishReason }) }],
      }));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const data = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('');
      response.write(data, () => response.destroy());
    });
    const model = new GeminiLanguageModel({ baseUrl: server.url, apiKey: 'key' }, silenceLimits(30));
    const { error } = await collect(model, requestOf('x'));
    expect(error?.kind ?? null).toBe(kind);
    await server.close();
  });
});

describe('a request', () => {
  it('carries system prompt, history and limit, no sampling, and no key in its URL', async () => {
    const text = question({ chunks: ['ok'] });
    const turns = [
      { role: 'user' as const, text: 'first' },
      { role: 'model' as const, text: '' },
      { role: 'user' as const, text },
    ];
    await collect(gemini, requestOf(text, { systemPrompt: 'Be kind.', turns, maxOutputTokens: 77 }));
    const call = sandbox.calls.find(({ lastUserText }) => lastUserText === text);
    expect(call).toMatchObject({
      model: 'gemini-flash-latest',
      url: '/v1beta/models/gemini-flash-latest:streamGenerateContent?alt=sse',
      systemInstruction: 'Be kind.',
      contents: [turns[0], turns[2]],
      generationConfig: { maxOutputTokens: 77 },
    });
    expect(Object.keys(call?.generationConfig ?? {})).toEqual(['maxOutputTokens']);
  });
});

describe('a failure', () => {
  it.each([
    [{ outcome: 'http_error', status: 429, retryAfterSeconds: 3.5 }, 'rate_limited', 3500],
    [{ outcome: 'http_error', status: 429 }, 'rate_limited', null],
    [{ outcome: 'http_error', status: 500 }, 'unavailable', null],
    [{ outcome: 'http_error', status: 503 }, 'unavailable', null],
    [{ outcome: 'http_error', status: 400 }, 'rejected', null],
    [{ outcome: 'http_error', status: 403 }, 'rejected', null],
    [{ outcome: 'error_inside', afterChunks: 0 }, 'unavailable', null],
    [{ outcome: 'error_inside' }, 'unavailable', null],
    [{ outcome: 'error_inside', status: 400 }, 'unavailable', null],
    [{ outcome: 'error_inside', status: 429, retryAfterSeconds: 2 }, 'rate_limited', 2000],
    [{ outcome: 'cut', afterChunks: 0 }, 'unavailable', null],
    [{ outcome: 'cut' }, 'unavailable', null],
    [{ outcome: 'malformed' }, 'unavailable', null],
    [{ outcome: 'no_finish', chunks: ['a'] }, 'unavailable', null],
    [{ chunks: ['a'], finishReason: 'FINISH_REASON_UNSPECIFIED' }, 'unavailable', null],
    [{ outcome: 'empty' }, 'unavailable', null],
  ] as const)('of %j has its kind and its wait', async (script, kind, retryAfterMs) => {
    const { end, error } = await ask(script as GeminiScript);
    expect(error).toMatchObject({ name: 'ModelError', kind, retryAfterMs });
    expect(end).toBeNull();
  });

  it('is not retried: one call makes one request', async () => {
    const text = question({ outcome: 'http_error', times: 5 });
    await collect(gemini, requestOf(text));
    expect(sandbox.calls.filter(({ lastUserText }) => lastUserText === text)).toHaveLength(1);
  });

  it('of a wrong key and of an unknown model is a rejection', async () => {
    expect(await collect(provider(30, 'wrong-key'), requestOf('x'))).toMatchObject({
      error: { kind: 'rejected' },
    });
    const unknown = requestOf('x', { model: 'gemini-1.5-flash' });
    expect(await collect(gemini, unknown)).toMatchObject({ error: { kind: 'rejected', reason: 'http 404' } });
  });

  it('of a dead address is unavailability', async () => {
    const server = await listen(() => undefined);
    await server.close();
    const model = new GeminiLanguageModel({ baseUrl: server.url, apiKey: 'key' }, silenceLimits(30));
    expect(await collect(model, requestOf('x'))).toMatchObject({
      error: { kind: 'unavailable', reason: 'ECONNREFUSED' },
    });
  });

  it('reads Retry-After where there is no RetryInfo', async () => {
    const server = await listen((_, response) =>
      response.writeHead(429, { 'retry-after': '7' }).end('slow down'),
    );
    const model = new GeminiLanguageModel({ baseUrl: server.url, apiKey: 'key' }, silenceLimits(30));
    expect(await collect(model, requestOf('x'))).toMatchObject({
      error: { kind: 'rate_limited', retryAfterMs: 7000 },
    });
    await server.close();
  });

  it('does not carry the key along a redirect', async () => {
    let followed = 0;
    const server = await listen((request, response) => {
      if (request.url === '/elsewhere') followed += 1;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    const model = new GeminiLanguageModel({ baseUrl: server.url, apiKey: 'key' }, silenceLimits(30));
    expect(await collect(model, requestOf('x'))).toMatchObject({ error: { kind: 'unavailable' } });
    expect(followed).toBe(0);
    await server.close();
  });

  it.each([
    [{ outcome: 'http_error', status: 429, retryAfterSeconds: 1 }],
    [{ outcome: 'error_inside', chunks: ['secret answer'] }],
    [{ outcome: 'malformed', chunks: ['secret answer'] }],
    [{ outcome: 'cut', chunks: ['secret answer'] }],
  ] as GeminiScript[][])(
    'of %j holds neither prompt, answer, key nor the words of the provider',
    async (script) => {
      const { error } = await ask(script ?? {}, { systemPrompt: 'secret prompt' });
      const logged = inspect(error, { depth: 10, showHidden: true });
      expect(logged).not.toMatch(/secret|question|quota|overloaded|googleapis|candidates/i);
      expect(logged).not.toContain(SANDBOX_API_KEY);
      expect(error?.cause).toBeUndefined();
    },
  );
});

describe('an abort', () => {
  it.each([0, 1])('after %d chunks ends the call at the provider', async (afterChunks) => {
    const text = question({ outcome: 'hang', afterChunks });
    const caller = new AbortController();
    const answer = collect(gemini, requestOf(text, { signal: caller.signal }));
    await sandbox.waitForCall((call) => call.lastUserText === text && call.hanging);
    caller.abort();
    expect(await answer).toMatchObject({ error: { kind: 'aborted', retriable: false }, end: null });
    const call = await sandbox.waitForCall(({ lastUserText, endedAt }) => lastUserText === text && !!endedAt);
    expect(call.aborted).toBe(true);
  });

  it('before the call makes no request', async () => {
    const text = question({});
    expect(await collect(gemini, requestOf(text, { signal: AbortSignal.abort() }))).toMatchObject({
      error: { kind: 'aborted' },
    });
    expect(sandbox.calls.some(({ lastUserText }) => lastUserText === text)).toBe(false);
  });

  it('wins over an answer that is complete but not yet closed', async () => {
    const caller = new AbortController();
    const server = await listen((_, response) => {
      const chunk = { candidates: [{ content: { parts: [{ text: 'all' }] }, finishReason: 'STOP' }] };
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify(chunk)}\r\n\r\n`);
    });
    const model = new GeminiLanguageModel({ baseUrl: server.url, apiKey: 'key' }, silenceLimits(30));
    const reading = (async () => {
      for await (const _ of model.generate(requestOf('x', { signal: caller.signal }))) caller.abort();
    })();
    await expect(reading).rejects.toMatchObject({ kind: 'aborted' });
    await server.close();
  });

  it('follows when the consumer stops reading', async () => {
    const text = question({ outcome: 'hang', afterChunks: 1 });
    for await (const event of gemini.generate(requestOf(text))) {
      expect(event.type).toBe('text');
      break;
    }
    const call = await sandbox.waitForCall(({ lastUserText, endedAt }) => lastUserText === text && !!endedAt);
    expect(call.aborted).toBe(true);
  });
});

describe('silence', () => {
  it.each([0, 1])('after %d chunks is a timeout, and ends the call at the provider', async (afterChunks) => {
    const text = question({ outcome: 'hang', afterChunks });
    const { error } = await collect(provider(0.5), requestOf(text));
    expect(error).toMatchObject({ kind: 'timeout', retriable: true });
    const call = await sandbox.waitForCall(({ lastUserText, endedAt }) => lastUserText === text && !!endedAt);
    expect(call.aborted).toBe(true);
  });
});

async function listen(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, close };
}
