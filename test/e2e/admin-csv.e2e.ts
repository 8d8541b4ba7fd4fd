import { act, newAdmin } from '../support/operators.js';
import { newUser, type TestUser } from '../support/people.js';
import { newRoom } from '../support/rooms.js';
import { sharedProduct, type Product } from '../support/product.js';

const LISTS = [
  'users',
  // Nothing answers, so they wait.
  'replies?status=queued',
  'rooms',
  'queues',
  'audit',
  'subscriptions',
  'webhook-events',
  'feedback',
  'deliveries',
  'stats',
];

/** Without a payment and without a receiver of events. */
const MAY_BE_EMPTY = ['subscriptions', 'webhook-events', 'deliveries'];

let product: Product;
let admin: TestUser;
beforeAll(async () => {
  product = await sharedProduct({ WORKER: 'separate' });
  admin = await newAdmin(product);
});
afterAll(() => product.close());

const csv = (path: string, accept = 'text/csv') =>
  admin.client.get(`/admin/api/${path}`, { headers: { accept } });

it('every list is CSV for clients that ask for it, with the fields of its JSON as columns', async () => {
  const user = await newUser(product);
  const { body } = await user.client.post(`/chatroom/${(await newRoom(user)).id}/message`, { content: 'hi' });
  await user.client.put(`/chatroom/${body.reply.chatroom_id}/messages/${body.reply.id}/feedback`, {
    rating: 'up',
  });
  await act(admin, `/users/${user.id}/unban`);
  for (const list of LISTS) {
    const json = await admin.client.get(`/admin/api/${list}`);
    expect([list, json.status]).toEqual([list, 200]);
    const { status, headers, text } = await csv(list);
    expect([list, status, headers.get('content-type')]).toEqual([
      list,
      200,
      'text/csv; charset=utf-8; header=present',
    ]);
    const [names, ...rows] = text.split('\r\n');
    const [first] = json.body.data as Record<string, unknown>[];
    if (!MAY_BE_EMPTY.includes(list)) expect([list, first]).toEqual([list, expect.anything()]);
    if (first) expect(names!.split(',').toSorted()).toEqual(Object.keys(first).toSorted());
    if (first && 'id' in first) expect(rows[0]).toContain(String(first['id']));
  }
});

it('the pages of a list are one after the other in Link, with their filters', async () => {
  const user = await newUser(product);
  for (let nth = 0; nth < 3; nth += 1) await newRoom(user);
  const lines: string[] = [];
  let path: string | null = `rooms?user_id=${user.id}&limit=2`;
  while (path !== null) {
    const { text, headers } = await csv(path);
    lines.push(...text.split('\r\n').slice(1, -1));
    path = headers.get('link')?.match(/^<\/admin\/api\/(.+)>; rel="next"$/)?.[1] ?? null;
  }
  expect(lines).toHaveLength(3);
  expect(new Set(lines).size).toBe(3);
});

it('a name that a spreadsheet would run is text, and a number stays one', async () => {
  const user = await newUser(product);
  await user.client.patch('/user/me', { name: '=HYPERLINK("http://evil")' });
  const { text } = await csv(`users?mobile_number=${encodeURIComponent(user.mobileNumber)}`);
  expect(text).toContain(`"'=HYPERLINK(""http://evil"")"`);
  expect(text).toContain(`,${user.mobileNumber},`);
});

it('JSON stays the answer for everyone else, and errors are never CSV', async () => {
  for (const accept of ['*/*', 'application/json', 'text/csv;q=0, application/json'])
    expect((await csv('audit', accept)).headers.get('content-type')).toContain('application/json');
  const refused = await csv('audit?colour=red');
  expect(refused.status).toBe(400);
  expect(refused.headers.get('content-type')).toContain('application/problem+json');
  const user = await newUser(product);
  const foreign = await user.client.get('/admin/api/audit', { headers: { accept: 'text/csv' } });
  expect(foreign.body.code).toBe('not_found');
});
