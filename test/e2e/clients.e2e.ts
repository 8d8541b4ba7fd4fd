import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FlakyProxy } from '../support/flaky-proxy.js';
import { newMobile } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';

/** The client of docs/clients.md, as far as it is used here. */
interface ChatClient {
  tokens: { access_token: string };
  signIn(number: string, readCode: (sent: { otp: string }) => Promise<string>): Promise<void>;
  ask(room: string, content: string, key: string): Promise<{ id: string; status: string; content: string }>;
  call(method: string, path: string, body?: object, headers?: object): Promise<Record<string, string>>;
}

interface Followed {
  event: string;
  text: string;
  data: { content: string };
}

/** The code of docs/clients.md, as one module. */
interface Sample {
  ChatClient: new (url: string, options?: { fetch?: typeof fetch }) => ChatClient;
  newKey: () => string;
  follow: (chat: ChatClient, room: string, reply: string) => AsyncIterable<Followed>;
}

const blocks = readFileSync('docs/clients.md', 'utf8').split(/^```(?:js\n)?/m);
const exported = blocks.filter((block) => /^export /m.test(block));

/** Globals that React Native lacks: as [holder, name]. */
const MISSING: [object, string][] = [
  [AbortSignal, 'timeout'],
  [Object.getPrototypeOf(crypto) as object, 'randomUUID'],
  [globalThis, 'EventSource'],
];
const removed = MISSING.map(([holder, name]) => Object.getOwnPropertyDescriptor(holder, name));

/** React Native's own fetch: its answers have no `body` to read piece by piece. */
const fetchWhole = (async (...request: Parameters<typeof fetch>) => {
  const { ok, status, headers, text } = await fetch(...request).then(async (answer) => ({
    ok: answer.ok,
    status: answer.status,
    headers: answer.headers,
    text: await answer.text(),
  }));
  return { ok, status, headers, json: () => Promise.resolve(JSON.parse(text) as unknown) };
}) as unknown as typeof fetch;

let product: Product;
let network: FlakyProxy;
let sample: Sample;
let chat: ChatClient;
const folder = mkdtempSync(join(tmpdir(), 'chat-client-'));
beforeAll(async () => {
  product = await startProduct();
  const file = join(folder, 'client.mjs');
  writeFileSync(file, exported.join('\n'));
  // So that its import finds the packages from there.
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  for (const [holder, name] of MISSING) Reflect.deleteProperty(holder, name);
  sample = (await import(file)) as Sample;
});
beforeEach(async () => {
  network = await FlakyProxy.to(product.url);
  chat = new sample.ChatClient(network.url, { fetch: fetchWhole });
  await chat.signIn(newMobile(), ({ otp }) => Promise.resolve(otp));
});
afterEach(() => network.close());
afterAll(async () => {
  MISSING.forEach(([holder, name], at) => {
    if (removed[at]) Object.defineProperty(holder, name, removed[at]);
  });
  await product.close();
  rmSync(folder, { recursive: true, force: true });
});

const newRoom = async () => (await chat.call('POST', '/chatroom', {}, { 'Idempotency-Key': 'room-1' })).id!;
const sessions = (client: ChatClient) => client.call('GET', '/auth/sessions');

it('runs where the globals are missing that React Native lacks', () => {
  for (const [holder, name] of MISSING) expect(name in holder).toBe(false);
  expect(new Set(Array.from({ length: 1000 }, sample.newKey)).size).toBe(1000);
});

it('a reply is followed to its end through a network that cuts it', async () => {
  const room = await newRoom();
  const reader = new sample.ChatClient(network.url, { fetch });
  reader.tokens = chat.tokens;
  const sent = await chat.call(
    'POST',
    `/chatroom/${room}/message`,
    { content: '[[sandbox: slow]] Why?' },
    { 'Idempotency-Key': 'followed' },
  );
  const reply = (sent as unknown as { reply: { id: string } }).reply.id;
  network.next(/GET .*stream/, 'lose request', 'cut answer', 'lose answer');
  let last: Followed | undefined;
  for await (const event of sample.follow(reader, room, reply)) last = event;
  expect(network.isCalm).toBe(true);
  expect(last).toMatchObject({ event: 'done', text: last!.data.content });
  expect(last!.text).not.toBe('');
});

it('has at most 45 lines', () => {
  const code = exported.find((block) => block.startsWith('export class'))!;
  expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(45);
});

it('makes one room, one message and one reply through a network that cuts every connection', async () => {
  network.next(/POST \/chatroom$/, 'lose answer', 'lose request', 'cut answer');
  const room = await newRoom();
  network.next(/POST .*message$/, 'lose request', 'lose answer', 'busy', 'cut answer');
  network.next(/GET .*messages/, 'lose answer', 'cut answer', 'lose request');
  const reply = await chat.ask(room, '[[sandbox: slow]] Why is the sky blue?', sample.newKey());
  expect(reply.status).toBe('completed');
  expect(network.isCalm).toBe(true);
  const messages = await product.rows(
    `select role, status from messages where chatroom_id = $1 order by seq`,
    [room],
  );
  expect(messages).toEqual([
    { role: 'user', status: 'completed' },
    { role: 'model', status: 'completed' },
  ]);
  expect(await chat.call('GET', '/user/usage')).toMatchObject({ used_today: 1 });
  expect((await chat.call('GET', '/chatroom')).data).toHaveLength(1);
});

it('refreshes an expired token once for parallel calls, also when the refresh’s answer is lost', async () => {
  await sessions(chat);
  await product.advanceClock(901);
  network.next(/POST \/auth\/refresh/, 'lose answer');
  const answers = await Promise.all([1, 2, 3, 4].map(() => sessions(chat)));
  expect(answers.map(({ data }) => data!.length)).toEqual([1, 1, 1, 1]);
  expect(network.requests.filter((line) => line.includes('/auth/refresh'))).toEqual([
    'POST /auth/refresh: lose answer',
    'POST /auth/refresh',
  ]);
});

it('throws an ended session and a wrong field as problems', async () => {
  const room = await newRoom();
  await expect(chat.call('PATCH', `/chatroom/${room}`, { name: 1 })).rejects.toMatchObject({
    code: 'validation_failed',
  });
  await chat.call('DELETE', '/auth/sessions');
  await chat.call('POST', '/auth/logout', {});
  await expect(sessions(chat)).rejects.toMatchObject({ code: 'session_ended' });
});
