import { collect, patience, requestOf } from './collect.support.js';
import type { GenerateEnd } from './language-model.js';
import { OpenAiCompatibleLanguageModel } from './openai-compatible.provider.js';
import { OpenAiStub } from './openai-stub.support.js';

/**
 * Streams in the shapes that each server is known to send, written by hand and shortened. They are not recordings, and no
 * real server was asked.
 */
const stub = new OpenAiStub();
let server: OpenAiCompatibleLanguageModel;
beforeAll(async () => {
  await stub.listen();
  server = new OpenAiCompatibleLanguageModel({ baseUrl: stub.url, apiKey: null }, patience(30));
});
afterAll(() => stub.close());

const chunk = (delta: object, finish_reason: string | null = null, more: object = {}) => ({
  id: 'c',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, logprobs: null, finish_reason }],
  ...more,
});
const counts = (prompt_tokens: number, completion_tokens: number, more: object = {}) => ({
  prompt_tokens,
  completion_tokens,
  total_tokens: prompt_tokens + completion_tokens,
  ...more,
});
const usage = (promptTokens: number, outputTokens: number, thoughtTokens = 0, cachedTokens = 0) => ({
  promptTokens,
  outputTokens,
  thoughtTokens,
  cachedTokens,
});

const SHAPES: [string, (object | string)[], string, Partial<GenerateEnd>][] = [
  [
    'Groq: counts in x_groq',
    [
      chunk({ role: 'assistant', content: '' }, null, { x_groq: { id: 'req' } }),
      chunk({ content: 'Blue.' }),
      chunk({}, 'stop', {
        x_groq: { id: 'req', usage: { queue_time: 0.05, ...counts(9, 2), total_time: 0.1 } },
      }),
      '[DONE]',
    ],
    'Blue.',
    { finish: 'stop', usage: usage(9, 2) },
  ],
  [
    'Ollama: role and an empty text with the reason',
    [
      chunk({ role: 'assistant', content: 'Blue' }),
      chunk({ role: 'assistant', content: '.' }),
      chunk({ role: 'assistant', content: '' }, 'stop'),
      chunk({}, null, { choices: [], usage: counts(9, 2) }),
      '[DONE]',
    ],
    'Blue.',
    { finish: 'stop', usage: usage(9, 2) },
  ],
  [
    'vLLM: reasoning in a field of its own, stop_reason beside',
    [
      chunk({ role: 'assistant', content: '' }),
      chunk({ reasoning_content: 'hm' }),
      chunk({ content: 'Blue.' }),
      {
        ...chunk({}),
        choices: [{ index: 0, delta: { content: '' }, finish_reason: 'stop', stop_reason: null }],
      },
      chunk({}, null, { choices: [], usage: counts(9, 2, { prompt_tokens_details: null }) }),
      '[DONE]',
    ],
    'Blue.',
    { finish: 'stop', usage: usage(9, 2) },
  ],
  [
    'llama.cpp: null content first, timings, reason alone',
    [
      chunk({ role: 'assistant', content: null }),
      chunk({ content: 'Blue.' }),
      chunk({}, 'length', { timings: { predicted_ms: 1.5 } }),
      chunk({}, null, { choices: [], usage: counts(9, 2), timings: {} }),
      '[DONE]',
    ],
    'Blue.',
    { finish: 'length', usage: usage(9, 2) },
  ],
  [
    'OpenRouter: comments, native reason, reasoning',
    [
      chunk({ role: 'assistant', content: '', reasoning: 'hm', reasoning_details: [] }),
      chunk({ role: 'assistant', content: 'Blue.' }),
      {
        ...chunk({}),
        provider: 'X',
        choices: [{ index: 0, delta: { content: '' }, finish_reason: 'stop', native_finish_reason: 'STOP' }],
      },
      chunk({ role: 'assistant', content: '' }, null, {
        usage: { ...counts(9, 5), cost: 0.0001, completion_tokens_details: { reasoning_tokens: 3 } },
      }),
      '[DONE]',
    ],
    'Blue.',
    { finish: 'stop', usage: usage(9, 2, 3) },
  ],
  [
    'Azure: filter results before any choice',
    [
      { ...chunk({}), choices: [], prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }] },
      chunk({ role: 'assistant', content: '', refusal: null }),
      chunk({ content: 'Blue.' }),
      {
        ...chunk({}),
        choices: [{ index: 0, finish_reason: null, content_filter_offsets: { start_offset: 0 } }],
      },
      chunk({}, 'content_filter'),
      '[DONE]',
    ],
    'Blue.',
    { finish: 'safety', usage: null },
  ],
  [
    'Mistral: parts with thoughts, counts with the reason',
    [
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] }),
      chunk({ content: [{ type: 'text', text: 'Blue' }] }),
      chunk({ content: '.' }, 'stop', { usage: counts(9, 2) }),
      '[DONE]',
    ],
    'Blue.',
    { finish: 'stop', usage: usage(9, 2) },
  ],
  [
    'xAI: growing counts, reasoning beside the completion',
    [
      chunk({ role: 'assistant', content: 'Blue', reasoning_content: 'hm' }, null, { usage: counts(9, 1) }),
      chunk({ content: '.' }, 'stop', {
        usage: { ...counts(9, 2), total_tokens: 14, completion_tokens_details: { reasoning_tokens: 3 } },
        system_fingerprint: 'fp',
      }),
      '[DONE]',
    ],
    'Blue.',
    { finish: 'stop', usage: usage(9, 2, 3) },
  ],
  [
    'DeepSeek: null content while it thinks, cache counts',
    [
      chunk({ role: 'assistant', content: null, reasoning_content: '' }),
      chunk({ content: null, reasoning_content: 'hm' }),
      chunk({ content: 'Blue.', reasoning_content: null }),
      chunk({ content: '', reasoning_content: null }, 'stop', {
        usage: {
          ...counts(9, 5),
          prompt_tokens_details: { cached_tokens: 4 },
          completion_tokens_details: { reasoning_tokens: 3 },
          prompt_cache_hit_tokens: 4,
        },
      }),
      '[DONE]',
    ],
    'Blue.',
    { finish: 'stop', usage: usage(9, 2, 3, 4) },
  ],
];

it.each(SHAPES)('%s', async (_, events, text, end) => {
  stub.nextStream(events);
  const answer = await collect(server, requestOf('hi'));
  expect([answer.texts.join(''), answer.error]).toEqual([text, null]);
  expect(answer.end).toMatchObject(end);
});

describe('a server that knows fewer fields', () => {
  const ok = [chunk({ content: 'ok' }, 'stop'), '[DONE]'];
  const fields = () => {
    const { model: _, messages: __, stream: ___, ...rest } = stub.requests.at(-1)!.body;
    return rest;
  };
  const ask = (model: string, systemPrompt: string | null = null) =>
    collect(server, requestOf('hi', { model, systemPrompt, maxOutputTokens: 77 }));

  it.each([
    ['max_completion_tokens', 422, { max_tokens: 77, stream_options: { include_usage: true } }],
    ['stream_options', 400, { max_completion_tokens: 77 }],
  ])('%s: is asked again without it, and so from then on', async (field, status, asked) => {
    stub.nextError(status, {}, { detail: [{ loc: ['body', field], msg: 'Extra inputs are not permitted' }] });
    stub.nextStream(ok);
    const before = stub.requests.length;
    expect(await ask(`strict-${field}`)).toMatchObject({ texts: ['ok'], error: null });
    expect([fields(), stub.requests.length - before]).toEqual([asked, 2]);
    stub.nextStream(ok);
    await ask(`strict-${field}`);
    expect([fields(), stub.requests.length - before]).toEqual([asked, 3]);
  });

  it('the system role: the prompt begins the first message', async () => {
    stub.nextError(400, {}, { error: { message: 'System role not supported' } });
    stub.nextStream(ok);
    await ask('gemma', 'Be kind.');
    expect(stub.requests.at(-1)?.body['messages']).toEqual([{ role: 'user', content: 'Be kind.\n\nhi' }]);
  });

  it('and refuses whatever it is asked: it is asked five times, not for ever, and nothing is remembered', async () => {
    const before = stub.requests.length;
    for (let at = 0; at < 9; at += 1) stub.nextError(422, {}, { error: { message: 'max_tokens' } });
    expect(await ask('never')).toMatchObject({ error: { kind: 'rejected', about: 'unknown' } });
    expect(stub.requests.length - before).toBe(5);
  });
});
