import { eventually } from '../support/eventually.js';
import { addJob, whileChoresFail } from '../support/jobs.js';
import { act, newAdmin } from '../support/operators.js';
import { newUser, type TestUser } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { newRoom } from '../support/rooms.js';

let product: Product;
let admin: TestUser;
beforeAll(async () => {
  product = await sharedProduct();
  admin = await newAdmin(product);
});
afterAll(() => product.close());

interface QueueView {
  name: string;
  paused: boolean;
  depth: number;
  waiting: number;
  failed: number;
  failed_jobs: { id: string; name: string; attempts: number; error: string | null; failed_at: string }[];
}
async function queue(name: string): Promise<QueueView> {
  const { body } = await admin.client.get('/admin/api/queues');
  return (body.data as QueueView[]).find((one) => one.name === name)!;
}
const actionsOf = async (): Promise<string[]> =>
  (await admin.client.get(`/admin/api/audit?actor_id=${admin.id}`)).body.data.map(
    ({ action, target }: Record<string, string>) => `${action} ${target}`,
  );

it('all queues are listed with their jobs by state', async () => {
  const { body } = await admin.client.get('/admin/api/queues');
  expect(body.data.map(({ name }: QueueView) => name)).toEqual([
    'replies',
    'sms',
    'webhooks',
    'deliveries',
    'titles',
    'billing',
    'maintenance',
  ]);
});

it('workers start nothing of a paused queue, and go on when it is resumed; both are in the audit log', async () => {
  const user = await newUser(product);
  const room = (await newRoom(user)).id;
  const before = await queue('replies');
  expect((await act(admin, '/queues/replies/pause')).body).toMatchObject({ name: 'replies', paused: true });
  const sent = await user.client.post(`/chatroom/${room}/message`, { content: 'hello' });
  const waiting = await eventually(
    () => queue('replies'),
    ({ waiting }) => waiting > before.waiting,
  );
  expect(waiting).toMatchObject({ paused: true });
  expect(waiting.depth).toBeGreaterThan(before.depth);
  expect((await act(admin, '/queues/replies/resume')).body.paused).toBe(false);
  await eventually(async () => {
    const reply = await user.client.get(`/chatroom/${room}/messages/${sent.body.reply.id}`);
    return reply.body.status === 'completed';
  });
  expect((await actionsOf()).slice(0, 2)).toEqual(['queue.resume replies', 'queue.pause replies']);
});

const failedJob = async (id: string) => (await queue('maintenance')).failed_jobs.find((job) => job.id === id);

it('a failed job is shown with its error, and retried', async () => {
  const { id, failed } = await whileChoresFail(product, async () => {
    const id = await addJob(product, 'maintenance', 'broken');
    return { id, failed: await eventually(() => failedJob(id)) };
  });
  expect(failed).toMatchObject({
    name: 'broken',
    attempts: 1,
    error: expect.stringContaining('chores failed'),
  });
  expect(Date.parse(failed!.failed_at)).not.toBeNaN();
  await act(admin, `/queues/maintenance/jobs/${id}/retry`);
  await eventually(async () => !(await failedJob(id)));
  expect((await actionsOf())[0]).toBe(`queue.retry ${id}`);
  // It has not failed any more: whether it is completed or removed.
  const again = await admin.client.post(`/admin/api/queues/maintenance/jobs/${id}/retry`);
  expect([404, 409]).toContain(again.status);
});

it('an unknown queue or job is not found', async () => {
  const retry = (path: string) => admin.client.post(`/admin/api/queues/${path}/retry`);
  expect((await retry('maintenance/jobs/none')).status).toBe(404);
  expect((await retry('nothing/jobs/none')).status).toBe(404);
  expect((await admin.client.post('/admin/api/queues/nothing/pause')).status).toBe(404);
});

it('pausing and resuming need a fresh session', async () => {
  const stale = await newAdmin(product);
  await product.rows(`update sessions set authenticated_at = now() - interval '11 minutes' where id = $1`, [
    stale.sessionId,
  ]);
  for (const what of ['pause', 'resume'])
    expect((await stale.client.post(`/admin/api/queues/sms/${what}`)).body.code).toBe('step_up_required');
  expect((await stale.client.get('/admin/api/queues')).status).toBe(200);
});
