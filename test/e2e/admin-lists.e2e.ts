import { ask, marked, script } from '../support/conversations.js';
import { act, auditOf } from '../support/operators.js';
import type { TestUser } from '../support/people.js';
import { newRoom } from '../support/rooms.js';
import { StripeScenario } from '../support/stripe-scenario.js';

const LISTS = ['users', 'replies', 'rooms', 'subscriptions', 'webhook-events', 'deliveries', 'audit'];

let stripe: StripeScenario;
let admin: TestUser;
beforeAll(async () => {
  stripe = await StripeScenario.start({ ADMIN_CAN_READ_MESSAGES: 'on' }, { listens: false });
  admin = await stripe.newUser();
  await stripe.product.rows(`update users set role = 'admin' where id = $1`, [admin.id]);
});
afterAll(() => stripe.stop());

const get = (path: string) => admin.client.get(`/admin/api/${path}`, { undocumented: true });
const idsOf = async (path: string): Promise<string[]> => {
  const { status, body, text } = await get(path);
  if (status !== 200) throw new Error(text);
  return body.data.map(({ id }: { id: string }) => id);
};
const refusalOf = async (path: string) => {
  const { status, body } = await get(path);
  return [status, body.errors?.map(({ field, code }: Record<string, string>) => `${field} ${code}`)];
};

/** A person with replies in two rooms: how many failed, of how many. */
async function talker(failed: number, whole: number): Promise<{ user: TestUser; failed: string[] }> {
  const user = await stripe.newUser();
  const [one, other] = [(await newRoom(user)).id, (await newRoom(user)).id];
  for (let nth = 0; nth < whole; nth += 1) await ask(user, one);
  const replies: string[] = [];
  for (let nth = 0; nth < failed; nth += 1) {
    const content = marked();
    await script(stripe.product, { match: content, outcome: 'http_error', status: 403 });
    replies.unshift((await ask(user, nth % 2 ? one : other, content)).body.reply.id as string);
  }
  return { user, failed: replies };
}

describe('records of one person are found', () => {
  it('among replies: of every room, by state, newest first, in pages', async () => {
    const [{ user, failed }, other] = [await talker(3, 1), await talker(1, 0)];
    expect(await idsOf(`replies?status=failed&user_id=${user.id}`)).toEqual(failed);
    expect(await idsOf(`replies?user_id=${other.user.id}`)).toEqual(other.failed);
    expect(await idsOf(`replies?status=completed&user_id=${user.id}`)).toHaveLength(1);
    expect(await idsOf(`replies?status=stopped&user_id=${user.id}`)).toEqual([]);
    const { body } = await get(`replies?user_id=${user.id}&limit=2`);
    const second = `replies?user_id=${user.id}&limit=2&cursor=${body.next_cursor}`;
    expect([body.data[0].id, ...(await idsOf(second))]).toEqual([failed[0], failed[2]]);
  });

  it('among users: by the tier that they have now', async () => {
    const [pro, past, basic] = [await stripe.newUser(), await stripe.newUser(), await stripe.newUser()];
    const setTier = (id: string, ends: string) =>
      stripe.product.rows(`update users set tier = 'pro', tier_ends_at = ${ends} where id = $1`, [id]);
    await setTier(pro.id, `now() + interval '1 day'`);
    await setTier(past.id, `now() - interval '1 second'`);
    const ids = [pro, past, basic].map(({ id }) => id);
    const found = async (tier: string) =>
      (await idsOf(`users?tier=${tier}&limit=100`)).filter((id) => ids.includes(id));
    expect(await found('pro')).toEqual([pro.id]);
    expect(await found('basic')).toEqual([basic.id, past.id]);
    const { body } = await get('users?tier=basic&limit=1');
    expect(await refusalOf(`users?tier=pro&cursor=${body.next_cursor}`)).toEqual([
      400,
      ['cursor invalid_cursor'],
    ]);
    expect(await refusalOf('users?tier=gold')).toEqual([400, ['tier not_allowed']]);
  });

  it('among subscriptions and events, and a replay is in the audit log under the person', async () => {
    const [one, other] = [await stripe.subscriber(), await stripe.subscriber()];
    const received = async ({ customerId }: { customerId: string }) => {
      const event = stripe.eventAbout(customerId, 'invoice.paid');
      await stripe.post(event);
      await stripe.eventComesTo(event.id, 'handled');
      return event;
    };
    const [first, second] = [await received(one), await received(one)];
    await received(other);
    const whose = `user_id=${one.user.id}`;
    expect(await idsOf(`subscriptions?${whose}`)).toEqual([one.subscriptionId]);
    expect(await idsOf(`subscriptions?${whose}&status=canceled`)).toEqual([]);
    expect(await idsOf(`webhook-events?${whose}`)).toEqual([second.id, first.id]);
    expect(await idsOf(`webhook-events?${whose}&state=failed`)).toEqual([]);
    expect(await idsOf(`webhook-events?${whose}&type=invoice.voided`)).toEqual([]);
    const page = (await get(`webhook-events?${whose}&limit=1`)).body;
    expect(await idsOf(`webhook-events?${whose}&cursor=${page.next_cursor}`)).toEqual([first.id]);
    // A user without a customer has no events, instead of all events without a customer.
    for (const list of ['subscriptions', 'webhook-events'])
      expect(await idsOf(`${list}?user_id=${admin.id}`)).toEqual([]);
    await act(admin, `/webhook-events/${first.id}/replay`);
    expect(await auditOf(admin, one.user.id)).toMatchObject([
      { action: 'webhook_event.replay', user_id: one.user.id, target: first.id },
    ]);
  });

  it('among accounts, by issuer and subject, exact matches only', async () => {
    const [user, other] = [await stripe.newUser(), await stripe.newUser()];
    const [issuer, subject] = ['https://login.example.com/', `Käthe ${user.id}`];
    for (const [id, sub] of [
      [user.id, subject],
      [other.id, subject.toUpperCase()],
    ])
      await stripe.product.rows(
        `insert into external_identities (issuer, subject, user_id, created_at) values ($1, $2, $3, now())`,
        [issuer, sub, id],
      );
    const query = (of: Record<string, string>) => `users?${new URLSearchParams(of).toString()}`;
    const { body } = await get(query({ issuer, subject }));
    expect(body.data).toMatchObject([{ id: user.id, identities: [{ issuer, subject }] }]);
    expect((await get(`users/${other.id}`)).body.identities).toHaveLength(1);
    expect((await get(`users/${admin.id}`)).body.identities).toEqual([]);
    expect(await idsOf(query({ issuer, subject: `${subject} ` }))).toEqual([]);
    expect(await refusalOf(query({ issuer }))).toEqual([400, ['subject required']]);
    expect(await refusalOf(query({ subject }))).toEqual([400, ['issuer required']]);
    const both = query({ issuer, subject, mobile_number: user.mobileNumber });
    expect(await refusalOf(both)).toEqual([400, ['mobile_number not_allowed']]);
    expect(await refusalOf(query({ issuer, subject: '\0' }))).toEqual([400, ['subject invalid_characters']]);
  });
});

describe('an invalid filter', () => {
  it.each(LISTS)('does not widen %s: what is not known is refused', async (list) => {
    for (const name of ['userid', 'phone'])
      expect(await refusalOf(`${list}?${name}=1&limit=1`)).toEqual([400, [`${name} unknown_field`]]);
    const known = list === 'users' ? 'mobile_number' : 'user_id';
    // A variable of the shell that is not set.
    expect((await get(`${list}?${known}=`)).status).toBe(400);
    if (list !== 'users')
      expect(await refusalOf(`${list}?user_id=no-id`)).toEqual([400, ['user_id invalid']]);
  });

  it('does not widen the messages that are read of a room', async () => {
    const user = await stripe.newUser();
    const room = (await newRoom(user)).id;
    await act(admin, `/rooms/${room}/access`, { reason: 'Its owner has asked why.' });
    expect(await refusalOf(`rooms/${room}/messages?before=3`)).toEqual([400, ['before unknown_field']]);
  });

  it('is reported to admins only', async () => {
    const user = await stripe.newUser();
    expect((await user.client.get('/admin/api/users?phone=1')).status).toBe(404);
  });

  it('does not combine with `mobile`', async () => {
    const user = await stripe.newUser();
    const number = encodeURIComponent(user.mobileNumber);
    expect(await idsOf(`users?mobile=${number}`)).toEqual([user.id]);
    const both = `users?mobile_number=${number}&mobile=${number}`;
    expect(await refusalOf(both)).toEqual([400, ['mobile alias_conflict']]);
  });
});
