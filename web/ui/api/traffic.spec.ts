import { traffic, watchedFetch } from './traffic.js';

const TEXT =
  'event: status\nid: 1-0\ndata: {"type":"status"}\n\nevent: delta\nid: 1-2\ndata: {"text":"é"}\n\n: ping\n\n';

/** A body that comes in pieces, cut within a character. */
const inPieces = (text: string) =>
  new ReadableStream({
    start(controller) {
      for (const byte of new TextEncoder().encode(text)) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });

const original = globalThis.fetch;
function answer(body: BodyInit | null, headers: Record<string, string>, status = 200) {
  globalThis.fetch = async () => new Response(body, { status, headers });
}

beforeEach(() => traffic.clear());
afterEach(() => {
  globalThis.fetch = original;
});

it('a stream is recorded and passes unchanged', async () => {
  answer(inPieces(TEXT), { 'content-type': 'text/event-stream', 'x-request-id': 'one' });
  const response = await watchedFetch('/chatroom/1/stream');
  expect([response.headers.get('x-request-id'), await response.text()]).toEqual(['one', TEXT]);
  expect(traffic.lines.get()).toMatchObject([
    { kind: 'request', method: 'GET', path: '/chatroom/1/stream', status: 200 },
    { kind: 'event', name: 'status', id: '1-0' },
    { kind: 'event', name: 'delta', id: '1-2', data: '{"text":"é"}' },
  ]);
});

it('the Sandbox header names the sandboxes, and requests to them are not recorded', async () => {
  answer('{}', { sandbox: 'sms, llm' });
  await watchedFetch('/sandbox/sms');
  expect([traffic.sandboxes.get(), traffic.lines.get()]).toEqual([['sms', 'llm'], []]);
});

it('a server that is not reached is noted until it answers again', async () => {
  globalThis.fetch = () => Promise.reject(new TypeError('away'));
  await expect(watchedFetch('/user/me')).rejects.toThrow('away');
  expect([traffic.isConnected.get(), traffic.lines.get()]).toMatchObject([false, [{ status: 0 }]]);
  answer('{}', {}, 500);
  await watchedFetch('/user/me');
  expect(traffic.isConnected.get()).toBe(true);
});

it('a request that the page itself has ended says nothing of the connection', async () => {
  globalThis.fetch = () => Promise.reject(new DOMException('ended', 'AbortError'));
  await expect(watchedFetch('/user/me', { signal: AbortSignal.abort() })).rejects.toThrow('ended');
  expect(traffic.isConnected.get()).toBe(true);
});
