import { collect, silenceLimits, requestOf } from '../collect.support.js';
import { OpenAiCompatibleLanguageModel } from '../openai/openai-compatible.provider.js';
import { OpenAiStub } from '../openai/openai-stub.support.js';
import { RECORDED_SHAPES } from './recorded-shapes.support.js';

const stub = new OpenAiStub();
let server: OpenAiCompatibleLanguageModel;
beforeAll(async () => {
  await stub.listen();
  server = new OpenAiCompatibleLanguageModel({ baseUrl: stub.url, apiKey: null }, silenceLimits(30));
});
afterAll(() => stub.close());

const read = (events: (object | string)[]) => {
  stub.nextStream(events);
  return collect(server, requestOf('hi'));
};

it.each(RECORDED_SHAPES)(
  '$name: the text, the reason and the counts are read',
  async ({ events, text, end }) => {
    const answer = await read(events);
    expect([answer.texts.join(''), answer.error]).toEqual([text, null]);
    expect(answer.end).toMatchObject(end);
  },
);

it.each(RECORDED_SHAPES)(
  '$name: a stream cut before its finish reason is unavailable',
  async ({ events }) => {
    const reason = events.findIndex((event) => JSON.stringify(event).includes('"finish_reason":"'));
    expect((await read(events.slice(0, reason))).error).toMatchObject({ kind: 'unavailable' });
  },
);

/**
 * Errors that come as a chunk after text. OpenRouter: openrouter.ai/docs/api/reference/streaming · vLLM:
 * create_streaming_error_response of serving.py · Groq: ChatCompletionChunkXGroq.error of github.com/groq/groq-python ·
 * OpenAI: github.com/coder/coder, aibridge/fixtures/openai/chatcompletions/stream_error.txtar.
 */
it.each([
  [
    'OpenRouter',
    {
      error: { code: 502, message: 'Provider returned error' },
      choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
    },
  ],
  ['vLLM', { error: { message: 'x', type: 'InternalServerError', param: null, code: 500 } }],
  ['vLLM until 0.9', { object: 'error', message: 'x', type: 'InternalServerError', code: 500 }],
  ['Groq', { x_groq: { error: 'over capacity' }, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }],
  ['OpenAI', { error: { message: 'The server had an error', type: 'server_error' } }],
])('%s: an error after text makes no whole answer', async (_, error) => {
  const text = { choices: [{ index: 0, delta: { content: 'Bl' }, finish_reason: null }] };
  expect(await read([text, error, '[DONE]'])).toMatchObject({ end: null, error: { kind: 'unavailable' } });
});
