import { collect, silenceLimits, requestOf } from '../collect.support.js';
import { OpenAiCompatibleLanguageModel } from './openai-compatible.provider.js';
import { OpenAiStub, piece } from './openai-stub.support.js';

const stub = new OpenAiStub();
let server: OpenAiCompatibleLanguageModel;
beforeAll(async () => {
  await stub.listen();
  server = new OpenAiCompatibleLanguageModel({ baseUrl: stub.url, apiKey: null }, silenceLimits(30));
});
afterAll(() => stub.close());

describe('a server that knows fewer fields', () => {
  const ok = [piece('ok', 'stop'), '[DONE]'];
  const fields = () => {
    const { model: _, messages: __, stream: ___, ...rest } = stub.requests.at(-1)!.body;
    return rest;
  };
  const ask = (model: string, systemPrompt: string | null = null) =>
    collect(server, requestOf('hi', { model, systemPrompt, maxOutputTokens: 77 }));

  it.each([
    ['max_completion_tokens', 422, { max_tokens: 77, stream_options: { include_usage: true } }],
    ['stream_options', 400, { max_completion_tokens: 77 }],
  ])('%s is called again without the field, and so from then on', async (field, status, asked) => {
    stub.nextError(status, {}, { detail: [{ loc: ['body', field], msg: 'Extra inputs are not permitted' }] });
    stub.nextStream(ok);
    const before = stub.requests.length;
    expect(await ask(`strict-${field}`)).toMatchObject({ texts: ['ok'], error: null });
    expect([fields(), stub.requests.length - before]).toEqual([asked, 2]);
    stub.nextStream(ok);
    await ask(`strict-${field}`);
    expect([fields(), stub.requests.length - before]).toEqual([asked, 3]);
  });

  it('without the system role gets the prompt in the first message', async () => {
    stub.nextError(400, {}, { error: { message: 'System role not supported' } });
    stub.nextStream(ok);
    await ask('gemma', 'Be kind.');
    expect(stub.requests.at(-1)?.body['messages']).toEqual([{ role: 'user', content: 'Be kind.\n\nhi' }]);
  });

  it('and refuses every dialect is called five times, and no dialect is remembered', async () => {
    const before = stub.requests.length;
    for (let at = 0; at < 5; at += 1) stub.nextError(422, {}, { error: { message: 'max_tokens' } });
    expect(await ask('never')).toMatchObject({ error: { kind: 'rejected', about: 'unknown' } });
    expect(stub.requests.length - before).toBe(5);
  });

  // github.com/ollama/ollama, issue 7125: 422 tokens came where 10 were requested.
  it('and ignores max_completion_tokens gets max_tokens after an answer beyond the limit', async () => {
    const counts = (completion_tokens: number) => ({
      choices: [],
      usage: { prompt_tokens: 9, completion_tokens },
    });
    for (const [tokens, asked] of [
      [77, 'max_completion_tokens'],
      [422, 'max_completion_tokens'],
      [422, 'max_tokens'],
      [12, 'max_tokens'],
    ] as const) {
      stub.nextStream([piece('ok', 'stop'), counts(tokens), '[DONE]']);
      expect(await ask('ollama')).toMatchObject({ texts: ['ok'], error: null });
      expect(fields()).toMatchObject({ [asked]: 77 });
    }
  });

  it('and writes without end has its answer cut, and gets max_tokens', async () => {
    stub.nextStream([piece('x'.repeat(70_000)), piece(null, 'stop'), '[DONE]']);
    expect(await ask('endless')).toMatchObject({ end: { finish: 'length' } });
    stub.nextStream(ok);
    await ask('endless');
    expect(fields()).toMatchObject({ max_tokens: 77 });
  });
});
