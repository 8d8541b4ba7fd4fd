import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FlakyProxy } from '../support/flaky-proxy.js';
import { newMobile } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';

/** The client of docs/clients.md, as far as it is used here. */
interface ChatClient {
  tokens: { access_token: string };
  signIn(number: string, readCode: (sent: { otp: string }) => Promise<string>): Promise<void>;
  ask(room: string, content: string, key?: string): Promise<{ id: string; status: string; content: string }>;
  call(method: string, path: string, body?: object, headers?: object): Promise<Record<string, string>>;
}

interface Followed {
  event: string;
  text: string;
  data: { content: string };
}

const [code] = /(?<=```js\n)export class[\s\S]*?(?=```)/.exec(readFileSync('docs/clients.md', 'utf8'))!;

const [followCode] = /(?<=```js\n)export async function\* follow[\s\S]*?(?=```)/.exec(
  readFileSync('docs/clients.md', 'utf8'),
)!;

let product: Product;
let network: FlakyProxy;
let chat: ChatClient;
const folder = mkdtempSync(join(tmpdir(), 'chat-client-'));
beforeAll(async () => {
  product = await startProduct();
});
beforeEach(async () => {
  network = await FlakyProxy.to(product.url);
  const file = join(folder, 'client.mjs');
  writeFileSync(file, code);
  const { ChatClient } = (await import(file)) as { ChatClient: new (url: string) => ChatClient };
  chat = new ChatClient(network.url);
  await chat.signIn(newMobile(), ({ otp }) => Promise.resolve(otp));
});
afterEach(() => network.close());
afterAll(async () => {
  await product.close();
  rmSync(folder, { recursive: true, force: true });
});

const newRoom = async () => (await chat.call('POST', '/chatroom', {}, { 'Idempotency-Key': 'room-1' })).id!;
const sessions = (client: ChatClient) => client.call('GET', '/auth/sessions');

it('a reply is followed to its end through a network that cuts it', async () => {
  const room = await newRoom();
  const sent = await chat.call(
    'POST',
    `/chatroom/${room}/message`,
    { content: '[[sandbox: slow]] Why?' },
    { 'Idempotency-Key': 'followed' },
  );
  const reply = (sent as unknown as { reply: { id: string } }).reply.id;
  network.next(/GET .*stream/, 'lose request', 'cut answer', 'lose answer');
  const file = join(folder, 'follow.mjs');
  writeFileSync(file, followCode);
  const { follow } = (await import(file)) as {
    follow: (chat: ChatClient, room: string, reply: string) => AsyncIterable<Followed>;
  };
  let last: Followed | undefined;
  for await (const event of follow(chat, room, reply)) last = event;
  expect(network.isCalm).toBe(true);
  expect(last).toMatchObject({ event: 'done', text: last!.data.content });
  expect(last!.text).not.toBe('');
});

it('is at most 40 lines long', () => {
  expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
});

it('through a network that cuts everything: one room, one message, one reply', async () => {
  network.next(/POST \/chatroom$/, 'lose answer', 'lose request', 'cut answer');
  const room = await newRoom();
  network.next(/POST .*message$/, 'lose request', 'lose answer', 'busy', 'cut answer');
  network.next(/GET .*messages/, 'lose answer', 'cut answer', 'lose request');
  const reply = await chat.ask(room, '[[sandbox: slow]] Why is the sky blue?');
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

it('parallel calls with an expired token refresh it once, also when the answer to that is lost', async () => {
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

it('an ended session and a wrong field are thrown as they came', async () => {
  const room = await newRoom();
  await expect(chat.call('PATCH', `/chatroom/${room}`, { name: 1 })).rejects.toMatchObject({
    code: 'validation_failed',
  });
  await chat.call('DELETE', '/auth/sessions');
  await chat.call('POST', '/auth/logout', {});
  await expect(sessions(chat)).rejects.toMatchObject({ code: 'session_ended' });
});
