import { ask, finalReply, marked, script, send, usedToday } from '../support/conversations.js';
import { act, newAdmin } from '../support/operators.js';
import { newUser, type TestUser } from '../support/people.js';
import { newRoom } from '../support/rooms.js';
import { StripeScenario } from '../support/stripe-scenario.js';

const [FLASH, PRO, SMALL] = ['gemini-flash-latest', 'gemini-pro-latest', 'gemini-flash-lite-latest'];
const REJECTED = { outcome: 'http_error', status: 403, times: 1 };

let stripe: StripeScenario;
let admin: TestUser;
beforeAll(async () => {
  stripe = await StripeScenario.start({
    LLM_MODELS: `${FLASH}|Flash|basic+pro,${PRO}|Pro|pro,${SMALL}|Small|basic||256`,
  });
  admin = await newAdmin(stripe.product);
});
afterAll(() => stripe.stop());

const grant = (user: TestUser, until: Date | null) =>
  act(admin, `/users/${user.id}/grants`, { until: until?.toISOString() ?? null, reason: 'A gift' });

/** A user with a granted Pro tier, and a room with the Pro model. */
async function granted() {
  const user = await newUser(stripe.product);
  await grant(user, new Date(Date.now() + 3_600_000));
  return { user, room: (await newRoom(user, { model: PRO })).id };
}
const answeredBy = async (user: TestUser, room: string) => (await ask(user, room)).body.reply.model as string;

describe('a room’s model answers only while the tier includes it', () => {
  it('when a grant ends, the default model answers; when Pro is back, so is the model', async () => {
    const { user, room } = await granted();
    expect(await answeredBy(user, room)).toBe(PRO);
    await grant(user, null);
    expect(await answeredBy(user, room)).toBe(FLASH);
    await grant(user, new Date(Date.now() + 3_600_000));
    expect(await answeredBy(user, room)).toBe(PRO);
  });

  it('when the date of a grant passes without an event', async () => {
    const { user, room } = await granted();
    await stripe.product.rows(`update users set tier_ends_at = now() - interval '1 second' where id = $1`, [
      user.id,
    ]);
    expect(await answeredBy(user, room)).toBe(FLASH);
  });

  it('when the subscription ends', async () => {
    const { user, customerId, subscriptionId } = await stripe.subscriber();
    const room = (await newRoom(user, { model: PRO })).id;
    expect(await answeredBy(user, room)).toBe(PRO);
    await stripe.sandbox.cancelNow(subscriptionId);
    const event = stripe.eventAbout(customerId, 'customer.subscription.deleted');
    await stripe.post(event);
    await stripe.eventComesTo(event.id, 'handled');
    expect(await answeredBy(user, room)).toBe(FLASH);
  });

  it('a reply that waited while Pro ended comes from the default model, and so do regenerate and retry', async () => {
    const { user, room } = await granted();
    const [running, text] = [marked('first'), marked('second')];
    await script(stripe.product, { match: running, outcome: 'hang' });
    const first = await send(user, room, running);
    const queued = await send(user, room, text);
    await grant(user, null);
    const of = (id: string, action: string) => `/chatroom/${room}/messages/${id}/${action}`;
    await user.client.post(of(first.body.reply.id, 'stop'));
    expect((await finalReply(user, queued)).model).toBe(FLASH);

    const again = await user.client.post(of(queued.body.reply.id, 'regenerate'));
    expect((await finalReply(user, again)).model).toBe(FLASH);

    const refused = marked('third');
    await grant(user, new Date(Date.now() + 3_600_000));
    await script(stripe.product, { match: refused, ...REJECTED });
    const failed = await send(user, room, refused);
    expect((await finalReply(user, failed)).status).toBe('failed');
    await grant(user, null);
    const retried = await user.client.post(of(failed.body.reply.id, 'retry'));
    expect((await finalReply(user, retried)).model).toBe(FLASH);
  });
});

it('a message past the model’s known input limit fails at once, costs nothing and does not end the room', async () => {
  const user = await newUser(stripe.product);
  const room = (await newRoom(user, { model: SMALL })).id;
  const { reply } = (await ask(user, room, 'word '.repeat(6000))).body;
  expect(reply).toMatchObject({
    status: 'failed',
    error: { code: 'model_rejected', retriable: false },
    attempt: 1,
  });
  expect(await usedToday(user)).toBe(0);
  expect((await ask(user, room, 'short')).body.reply).toMatchObject({ status: 'completed', model: SMALL });
});

it('a model removed from LLM_MODELS answers no more, and the room keeps its choice', async () => {
  const { user, room } = await granted();
  const twin = await stripe.startProduct({ LLM_MODELS: `${FLASH}|Flash|basic+pro` });
  await stripe.product.end('SIGTERM');
  const there = { ...user, client: twin.client.as(user.token) };
  expect(await answeredBy(there, room)).toBe(FLASH);
  expect((await there.client.get(`/chatroom/${room}`)).body.model).toBe(PRO);
});
