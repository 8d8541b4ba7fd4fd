import { get } from 'node:http';
import { SANDBOX_API_KEY } from './api-key.js';
import { GeminiSandbox } from './gemini-sandbox.js';

const sandbox = new GeminiSandbox({ chunkDelayMs: 0 });
const GENERATE = '/v1beta/models/gemini-flash-latest:generateContent';
const HELLO = { contents: [{ role: 'user', parts: [{ text: 'hello' }] }] };

beforeAll(() => sandbox.listen());
afterAll(() => sandbox.close());

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(sandbox.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-goog-api-key': SANDBOX_API_KEY, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, text, json: JSON.parse(text) as Record<string, never> };
}

it.each([
  ['localhost:1', 200],
  ['127.0.0.1', 200],
  ['[::1]:1', 200],
  ['rebind.evil.example', 403],
  ['127.0.0.1.evil.example', 403],
])('Host: %s is answered %i: no page of another site gets in by its own DNS', async (host, status) => {
  const headers = { host, 'x-goog-api-key': SANDBOX_API_KEY };
  const answer = await new Promise((resolve) =>
    get(`${sandbox.url}/v1beta/models`, { headers }, (response) => resolve(response.resume().statusCode)),
  );
  expect(answer).toBe(status);
});

describe('the key', () => {
  it.each([
    ['none', {}, 403, 'PERMISSION_DENIED'],
    ['a wrong one', { 'x-goog-api-key': 'AIzaSomethingElse' }, 400, 'INVALID_ARGUMENT'],
    ['a bearer token', { authorization: 'Bearer x' }, 401, 'UNAUTHENTICATED'],
  ] as const)('%s is refused as Google refuses it', async (_, headers, code, status) => {
    const response = await fetch(`${sandbox.url}/v1beta/models`, { headers });
    expect(response.status).toBe(code);
    expect(await response.json()).toMatchObject({ error: { code, status, message: expect.any(String) } });
  });

  it('in the URL does not count', async () => {
    const response = await fetch(`${sandbox.url}/v1beta/models?key=${SANDBOX_API_KEY}`);
    expect(response.status).toBe(403);
  });

  it('that is wrong is named by an ErrorInfo', async () => {
    const { json } = await post(GENERATE, HELLO, { 'x-goog-api-key': 'wrong' });
    expect(json).toMatchObject({
      error: { details: [{ reason: 'API_KEY_INVALID', domain: 'googleapis.com' }] },
    });
  });
});

describe('a request', () => {
  it.each(['v1beta', 'v1'])('is answered under /%s', async (version) => {
    const { status, json } = await post(GENERATE.replace('v1beta', version), HELLO);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      candidates: [{ finishReason: 'STOP', content: { role: 'model' } }],
      usageMetadata: { promptTokenCount: 2 },
      modelVersion: 'gemini-flash-latest',
    });
  });

  it('may be in snake_case, with one object instead of a list', async () => {
    const { status, text } = await post(GENERATE, {
      system_instruction: { parts: { text: 'Be brief.' } },
      generation_config: { max_output_tokens: 2000 },
      contents: { parts: { text: 'snake hello' } },
    });
    expect(status).toBe(200);
    expect(text).toContain('I was instructed: “Be brief.”');
    const call = sandbox.calls.find(({ lastUserText }) => lastUserText === 'snake hello');
    expect(call).toMatchObject({ systemInstruction: 'Be brief.', maxOutputTokens: 2000 });
  });

  it.each([
    ['no contents', {}, 'contents is not specified'],
    ['an unknown field', { ...HELLO, prompt: 'x' }, 'Unknown name "prompt": Cannot find field'],
    ['an unknown field deep inside', { contents: [{ parts: [{ txt: 'x' }] }] }, "at 'contents[0].parts[0]'"],
    [
      'an unknown role',
      { contents: [{ role: 'assistant', parts: [{ text: 'x' }] }] },
      'valid role: user, model',
    ],
    ['no parts', { contents: [{ role: 'user', parts: [] }] }, 'must not be empty'],
    ['an empty text', { contents: [{ parts: [{ text: '' }] }] }, 'must have one initialized field'],
    ['text that is no string', { contents: [{ parts: [{ text: 5 }] }] }, 'TYPE_STRING'],
    ['a limit that is no number', { ...HELLO, generationConfig: { maxOutputTokens: 'x' } }, 'TYPE_INT32'],
    ['broken JSON', '{"contents": [', 'Invalid JSON payload'],
    ['a list', '[]', 'Invalid value'],
  ])('with %s is 400 in the shape of Google', async (_, body, message) => {
    const { status, json } = await post(GENERATE, body);
    expect(status).toBe(400);
    expect(json).toMatchObject({
      error: { code: 400, status: 'INVALID_ARGUMENT', message: expect.stringContaining(message) },
    });
  });

  it.each([
    '/v1beta/models/gemini-1.5-pro:generateContent',
    '/v1beta/models/gpt-4:generateContent',
    '/v1beta/models/gemini-flash-latest:embedContent',
    '/v2/models',
  ])('to %s is 404', async (path) => {
    expect((await post(path, HELLO)).json).toMatchObject({ error: { code: 404, status: 'NOT_FOUND' } });
  });
});

describe('a stream', () => {
  const STREAM = '/v1beta/models/gemini-flash-latest:streamGenerateContent';

  it('without alt=sse is one JSON array', async () => {
    const { json } = await post(STREAM, HELLO);
    expect(Array.isArray(json)).toBe(true);
    expect((json as unknown as object[]).length).toBeGreaterThan(3);
  });

  it('counts tokens upwards to the total of its last chunk', async () => {
    const { json } = await post(STREAM, HELLO);
    const usages = (json as unknown as { usageMetadata: Record<string, number> }[]).map(
      (chunk) => chunk.usageMetadata,
    );
    const counts = usages.map((usage) => usage['candidatesTokenCount'] ?? 0);
    expect(counts).toEqual([...counts].toSorted((a, b) => a - b));
    const last = usages.at(-1) ?? {};
    expect(last['totalTokenCount']).toBe(
      (last['promptTokenCount'] ?? 0) +
        (last['candidatesTokenCount'] ?? 0) +
        (last['thoughtsTokenCount'] ?? 0),
    );
  });
});
