import { inspect } from 'node:util';
import { jest } from '@jest/globals';
import { collect, silenceLimits, requestOf as anyRequest } from '../collect.support.js';
import type { GenerateRequest } from '../language-model.js';
import { OpenAiCompatibleLanguageModel } from './openai-compatible.provider.js';
import { OpenAiStub, piece } from './openai-stub.support.js';

const KEY = 'gsk_very-secret-key';
const stub = new OpenAiStub();
// Before the first call, because the client binds the console then.
const written = (['error', 'warn', 'info', 'log', 'debug'] as const).map((level) =>
  jest.spyOn(console, level),
);
let groq: OpenAiCompatibleLanguageModel;

beforeAll(async () => {
  await stub.listen();
  groq = provider(30);
});
afterAll(() => stub.close());

function provider(timeoutSeconds: number) {
  return new OpenAiCompatibleLanguageModel({ baseUrl: stub.url, apiKey: KEY }, silenceLimits(timeoutSeconds));
}

const requestOf = (text: string, changes: Partial<GenerateRequest> = {}) =>
  anyRequest(text, { model: 'llama-test', ...changes });

const hang = () => undefined;

describe('an answer', () => {
  it('arrives in its pieces, then ends once, with its usage', async () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 30,
      total_tokens: 130,
      prompt_tokens_details: { cached_tokens: 60 },
      completion_tokens_details: { reasoning_tokens: 10 },
    };
    stub.nextStream([
      piece(''),
      piece('one '),
      piece('two 🎉'),
      piece(null, 'stop'),
      { choices: [], usage },
      '[DONE]',
    ]);
    expect(await collect(groq, requestOf('hi'))).toEqual({
      texts: ['one ', 'two 🎉'],
      end: {
        type: 'end',
        finish: 'stop',
        promptBlocked: false,
        model: 'stub-model-0613',
        usage: { promptTokens: 100, outputTokens: 20, thoughtTokens: 10, cachedTokens: 60 },
      },
      error: null,
    });
  });

  it.each([
    ['length', 'length'],
    ['content_filter', 'safety'],
    ['tool_calls', 'technical'],
    ['something_new', 'technical'],
  ])('that finished with %s ends with %s', async (reason, finish) => {
    stub.nextStream([piece('a'), piece(null, reason), '[DONE]']);
    expect(await collect(groq, requestOf('hi'))).toMatchObject({ end: { finish, usage: null } });
  });

  it('takes the usage that Groq sends in its own field', async () => {
    const last = { ...piece('a', 'stop'), x_groq: { usage: { prompt_tokens: 3, completion_tokens: 4 } } };
    stub.nextStream([last, '[DONE]']);
    expect(await collect(groq, requestOf('hi'))).toMatchObject({
      end: { usage: { promptTokens: 3, outputTokens: 4, thoughtTokens: 0, cachedTokens: 0 } },
    });
  });

  it.each([
    ['after a reason that came alone', [piece('all'), piece(null, 'stop')], null],
    ['after a reason on every chunk', [piece('all', 'stop')], 'unavailable'],
    ['before any reason', [piece('all')], 'unavailable'],
  ])('whose connection breaks %s is whole or not', async (_, events, kind) => {
    stub.nextStream(events, (response) => response.destroy());
    const { end, error } = await collect(groq, requestOf('hi'));
    expect([error?.kind ?? null, end === null]).toEqual([kind, kind !== null]);
  });

  it('ends at [DONE], also when the server keeps the connection open', async () => {
    stub.nextStream([piece('all', 'stop'), '[DONE]'], hang);
    expect(await collect(groq, requestOf('hi'))).toMatchObject({ texts: ['all'], error: null });
  });

  it('without framing and without [DONE] counts as cut', async () => {
    stub.next((response) => {
      response.useChunkedEncodingByDefault = false;
      response.removeHeader('transfer-encoding');
      response.writeHead(200, { 'content-type': 'text/event-stream', connection: 'close' });
      response.end(`data: ${JSON.stringify(piece('half', 'stop'))}\n\n`);
    });
    expect(await collect(groq, requestOf('hi'))).toMatchObject({ error: { kind: 'unavailable' } });
  });
});

describe('a request', () => {
  it('carries system prompt, history, limit and its own model; no sampling; the key in its header only', async () => {
    stub.nextStream([piece('ok', 'stop'), '[DONE]']);
    const turns = [
      { role: 'user' as const, text: 'first' },
      { role: 'model' as const, text: 'answer' },
      { role: 'model' as const, text: '' },
      { role: 'user' as const, text: 'second' },
    ];
    await collect(groq, requestOf('', { turns, systemPrompt: 'Be kind.', maxOutputTokens: 77 }));
    const request = stub.requests.at(-1);
    expect(request?.body).toEqual({
      model: 'llama-test',
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'first' },
        { role: 'assistant', content: 'answer' },
        { role: 'user', content: 'second' },
      ],
      max_completion_tokens: 77,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(request?.url).toBe('/openai/v1/chat/completions');
    expect(request?.headers.authorization).toBe(`Bearer ${KEY}`);
  });
});

describe('a failure', () => {
  it.each([
    [429, { 'retry-after': '2.5' }, 'rate_limited', 2500],
    [429, {}, 'rate_limited', null],
    [500, {}, 'unavailable', null],
    [503, { 'retry-after': '4' }, 'unavailable', 4000],
    [498, {}, 'unavailable', null],
    [400, {}, 'rejected', null],
    [401, {}, 'rejected', null],
    [404, {}, 'rejected', null],
    [413, {}, 'rejected', null],
  ])(
    'with %d %j has its kind and its wait, after one request',
    async (status, headers, kind, retryAfterMs) => {
      const before = stub.requests.length;
      stub.nextError(status, headers, { error: { message: 'secret' } });
      expect(await collect(groq, requestOf('hi'))).toMatchObject({
        error: { kind, retryAfterMs },
        end: null,
      });
      expect(stub.requests.length).toBe(before + 1);
    },
  );

  it.each([
    ['an error inside', [piece('a'), { error: { message: 'secret', code: 500 } }], 'unavailable'],
    ['a rate limit inside', [{ error: { message: 'secret', code: 'rate_limit_exceeded' } }], 'rate_limited'],
    ['broken JSON', [piece('a'), '{"choices": [{"delta": {"content": "secret'], 'unavailable'],
    ['no finish reason', [piece('a'), '[DONE]'], 'unavailable'],
    ['no text', [piece(null, 'stop'), '[DONE]'], 'unavailable'],
    ['nothing at all', [], 'unavailable'],
  ])('of a stream with %s has its kind', async (_, events, kind) => {
    stub.nextStream(events);
    expect(await collect(groq, requestOf('hi'))).toMatchObject({ error: { kind }, end: null });
  });

  it('of a cut stream or connection is unavailability', async () => {
    stub.nextStream([piece('a')], (response) => response.destroy());
    expect(await collect(groq, requestOf('hi'))).toMatchObject({
      texts: ['a'],
      error: { kind: 'unavailable' },
    });
    stub.next((response) => response.destroy());
    expect(await collect(groq, requestOf('hi'))).toMatchObject({ error: { kind: 'unavailable' } });
  });

  it('holds neither prompt, answer, key nor the words of the provider', async () => {
    stub.nextError(429, {}, { error: { message: 'secret' } });
    stub.nextStream([piece('secret'), { error: { message: 'secret' } }]);
    stub.nextStream(['{"secret']);
    for (const request of [1, 2, 3].map(() => requestOf('secret', { systemPrompt: 'secret' }))) {
      const { error } = await collect(groq, request);
      expect(error).toMatchObject({ name: 'ModelError' });
      expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/secret|gsk_/);
    }
    for (const spy of written) expect(spy).not.toHaveBeenCalled();
  });
});

describe('an abort', () => {
  it('before the first chunk and within the stream ends the call at the provider', async () => {
    for (const events of [[], [piece('a')]]) {
      const caller = new AbortController();
      const answering = new Promise<void>((resolve) => stub.nextStream(events, () => resolve()));
      const answer = collect(groq, requestOf('hi', { signal: caller.signal }));
      await answering;
      caller.abort();
      expect(await answer).toMatchObject({ error: { kind: 'aborted' }, end: null });
      expect(await stub.requests.at(-1)?.aborted).toBe(true);
    }
  });

  it('wins over an answer that is complete but not yet closed', async () => {
    const caller = new AbortController();
    stub.nextStream([piece('all', 'stop')], hang);
    const events: string[] = [];
    const reading = (async () => {
      for await (const event of groq.generate(requestOf('hi', { signal: caller.signal }))) {
        events.push(event.type);
        caller.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ kind: 'aborted' });
    expect(events).toEqual(['text']);
  });

  it('follows when the consumer stops reading', async () => {
    stub.nextStream([piece('a')], hang);
    for await (const event of groq.generate(requestOf('hi'))) {
      expect(event).toEqual({ type: 'text', text: 'a', model: 'stub-model-0613' });
      break;
    }
    expect(await stub.requests.at(-1)?.aborted).toBe(true);
  });
});

describe('silence', () => {
  it.each([[[]], [[piece('a')]]])(
    'after %j is a timeout, and ends the call at the provider',
    async (events) => {
      stub.nextStream(events, hang);
      const { error } = await collect(provider(0.5), requestOf('hi'));
      expect(error).toMatchObject({ kind: 'timeout', retriable: true });
      expect(await stub.requests.at(-1)?.aborted).toBe(true);
    },
  );
});
