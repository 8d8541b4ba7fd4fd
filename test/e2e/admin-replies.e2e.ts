import { ask, expectQuotaExact, marked, script, usedToday } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { act, auditOf, newAdmin } from '../support/operators.js';
import type { TestUser } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { newRoom, someoneWithRoom } from '../support/rooms.js';

let product: Product;
let admin: TestUser;
beforeAll(async () => {
  product = await startProduct({ BASIC_DAILY_LIMIT: '2' });
  admin = await newAdmin(product);
});
afterAll(() => product.close());

/** A person with a failed reply. */
async function unlucky(times = 1): Promise<{ user: TestUser; room: string; reply: string; path: string }> {
  const { user, room } = await someoneWithRoom(product);
  const content = marked();
  await script(product, { match: content, times, outcome: 'http_error', status: 400 });
  const { body } = await ask(user, room, content);
  expect(body.reply.status).toBe('failed');
  return { user, room, reply: body.reply.id, path: `/chatroom/${room}/messages/${body.reply.id}` };
}
const becomes = (user: TestUser, path: string, status: string) =>
  eventually(
    () => user.client.get(path),
    ({ body }) => body.status === status,
  );
const retry = (reply: string) => admin.client.post(`/admin/api/replies/${reply}/retry`);

it('replies are listed by state, newest first, each once', async () => {
  const failed = [await unlucky(), await unlucky(), await unlucky()].map(({ reply }) => reply);
  const { user, room } = await someoneWithRoom(product);
  const whole = (await ask(user, room)).body.reply.id as string;
  const list = async (query: string) => {
    const { body } = await admin.client.get(`/admin/api/replies?${query}`);
    return [body.data.map(({ id }: { id: string }) => id), body.next_cursor] as [string[], string];
  };
  const [first, cursor] = await list('limit=2');
  expect(first).toEqual([failed[2], failed[1]]);
  expect((await list(`limit=2&cursor=${cursor}`))[0][0]).toBe(failed[0]);
  expect((await list('status=completed'))[0][0]).toBe(whole);
  for (const status of ['queued', 'streaming', 'retrying', 'truncated', 'blocked', 'stopped'])
    expect([status, (await list(`status=${status}`))[0]]).toEqual([status, []]);
  expect((await admin.client.get('/admin/api/replies?status=lost')).status).toBe(400);
});

it('a reply names the provider that was called last and the model that answered', async () => {
  const { user, room } = await someoneWithRoom(product);
  // Another room: a refused conversation with a history is tried again in a shorter form.
  const answered = (await ask(user, (await newRoom(user)).id)).body.reply;
  const content = marked();
  const [fails, hangs] = [
    { times: 1, outcome: 'http_error', status: 400 },
    { times: 1, outcome: 'hang' },
  ];
  await script(product, { match: content, ...fails }, { match: content, ...hangs });
  const reply = (await ask(user, room, content)).body.reply.id as string;
  const list = (status: string, accept = 'application/json') =>
    admin.client.get(`/admin/api/replies?status=${status}&user_id=${user.id}`, { headers: { accept } });
  expect((await list('failed')).body.data).toMatchObject([{ id: reply, provider: 'gemini', model: null }]);
  expect((await list('completed')).body.data).toMatchObject([
    { id: answered.id, provider: 'gemini', model: answered.model },
  ]);
  const [names = '', row = ''] = (await list('failed', 'text/csv')).text.split('\r\n');
  expect(row.split(',')[names.split(',').indexOf('provider')]).toBe('gemini');
  expect((await retry(reply)).body.provider).toBeNull();
});

describe('an operator’s retry', () => {
  it('generates the answer and charges no quota', async () => {
    const { user, reply, path } = await unlucky();
    const { status, body } = await retry(reply);
    expect([status, body]).toMatchObject([
      202,
      { id: reply, user_id: user.id, retries: 1, charged_on: null },
    ]);
    expect(Object.keys(body)).not.toContain('content');
    const answer = await becomes(user, path, 'completed');
    expect(answer.body.content).not.toBe('');
    expect(await usedToday(user)).toBe(0);
    await expectQuotaExact(product, user);
    expect(await auditOf(admin, user.id)).toMatchObject([{ action: 'reply.retry', target: reply }]);
  });

  it('works for a person whose daily limit is used up', async () => {
    const { user, room, reply, path } = await unlucky();
    for (let nth = 0; nth < 2; nth += 1) await ask(user, room);
    expect((await user.client.post(`${path}/retry`)).body.code).toBe('daily_limit_reached');
    expect((await retry(reply)).status).toBe(202);
    await becomes(user, path, 'completed');
    expect(await usedToday(user)).toBe(2);
    await expectQuotaExact(product, user);
  });

  it('that fails again refunds nothing, and the person’s own retry costs one', async () => {
    const { user, reply, path } = await unlucky(2);
    await retry(reply);
    await becomes(user, path, 'failed');
    expect(await usedToday(user)).toBe(0);
    await user.client.post(`${path}/retry`);
    await becomes(user, path, 'completed');
    expect(await usedToday(user)).toBe(1);
    await expectQuotaExact(product, user);
  });

  it('is for failed replies only, and merges with the person’s concurrent retry', async () => {
    const { user, room, reply, path } = await unlucky();
    const both = await Promise.all([retry(reply), user.client.post(`${path}/retry`)]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([202, 409]);
    await becomes(user, path, 'completed');
    await expectQuotaExact(product, user);
    const entries = (await auditOf(admin, user.id)).length;
    expect([entries, both[0].status]).toEqual(both[0].status === 202 ? [1, 202] : [0, 409]);
    expect((await retry(reply)).body.code).toBe('not_retriable');
    const { message } = (await ask(user, room)).body;
    expect((await retry(message.id as string)).body.code).toBe('not_found');
    expect(await auditOf(admin, user.id)).toHaveLength(entries);
  });

  it('of many replies at once generates each', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => unlucky()));
    await Promise.all(all.map(({ reply }) => act(admin, `/replies/${reply}/retry`)));
    for (const { user, path } of all) await becomes(user, path, 'completed');
  });
});
