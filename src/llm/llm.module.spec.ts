import { Test } from '@nestjs/testing';
import { loadConfig, type Config } from '../platform/config/config.js';
import { ConfigModule } from '../platform/config/config.module.js';
import { GeminiSandbox, SANDBOX_API_KEY } from '@chat-backend/gemini-sandbox';
import { collect, requestOf } from './collect.support.js';
import { LanguageModel } from './language-model.js';
import { createLanguageModel, LlmModule } from './llm.module.js';
import { OpenAiStub, piece } from './openai/openai-stub.support.js';

const sandbox = new GeminiSandbox({ chunkDelayMs: 0 });
const stub = new OpenAiStub();

beforeAll(async () => {
  await sandbox.listen();
  await stub.listen();
});
afterAll(async () => {
  await sandbox.close();
  await stub.close();
});

const config = (env: Record<string, string>): Config =>
  loadConfig(env, { embeddedSecret: () => 'x'.repeat(32) });

it('the module asks the sandbox where the composition root provides it', async () => {
  const module = await Test.createTestingModule({
    imports: [
      ConfigModule.forRoot(config({})),
      LlmModule.forRoot({ baseUrl: sandbox.url, apiKey: SANDBOX_API_KEY }),
    ],
  }).compile();
  const { texts } = await collect(module.get(LanguageModel), requestOf('hello'));
  expect(texts.join('')).toContain('You said: “hello”');
});

it('the configuration decides where the composition root provides nothing', async () => {
  const env = { GEMINI_API_KEY: SANDBOX_API_KEY, GEMINI_BASE_URL: sandbox.url };
  const module = await Test.createTestingModule({
    imports: [ConfigModule.forRoot(config(env)), LlmModule.forRoot(null)],
  }).compile();
  const { end } = await collect(module.get(LanguageModel), requestOf('hello'));
  expect(end).toMatchObject({ finish: 'stop' });
});

it('LLM_PROVIDERS=gemini,groq answers from Groq while Gemini is down', async () => {
  const env = { LLM_PROVIDERS: 'gemini,groq', GROQ_API_KEY: 'gsk_test_key', GROQ_BASE_URL: stub.url };
  const endpoint = { baseUrl: sandbox.url, apiKey: SANDBOX_API_KEY };
  const model = await createLanguageModel(config(env).llm, endpoint);
  sandbox.script({ match: 'anyone there', outcome: 'http_error' });
  stub.nextStream([piece('Groq here', 'stop'), '[DONE]']);
  expect(await collect(model, requestOf('anyone there?'))).toMatchObject({
    texts: ['Groq here'],
    error: null,
  });
});

it.each([
  ['groq', 1],
  ['gemini', 3],
])(
  'the input tokens of %s’s model hold where it stands in for another provider’s, and for no namesake',
  async (owner, shown) => {
    const groq = { GROQ_API_KEY: 'gsk_test_key', GROQ_BASE_URL: stub.url, GROQ_MODEL: 'small' };
    const LLM_MODELS = `flash|Flash|basic,small|Small|basic|${owner}|300`;
    const { llm } = config({ ...groq, LLM_PROVIDERS: 'gemini,groq', LLM_MODELS });
    const model = await createLanguageModel(llm, { baseUrl: sandbox.url, apiKey: SANDBOX_API_KEY });
    sandbox.script({ match: 'and now', outcome: 'http_error' });
    stub.nextStream([piece('Groq here', 'stop'), '[DONE]']);
    const said = ['long '.repeat(200), 'yes', 'and now?'];
    const turns = said.map((text, at) => ({ role: at === 1 ? ('model' as const) : ('user' as const), text }));
    await collect(model, requestOf('', { model: 'flash', turns }));
    expect(stub.requests.at(-1)?.body['messages']).toHaveLength(shown);
  },
);

it('Gemini without key and sandbox fails the start, not the first message', async () => {
  await expect(createLanguageModel(config({}).llm)).rejects.toThrow('neither a key nor the sandbox');
});
