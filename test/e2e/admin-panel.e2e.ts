import { readFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import type { Browser, Request } from 'playwright-core';
import { ask, marked, script } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { addJob, whileChoresFail } from '../support/jobs.js';
import { PanelPage } from '../support/panel-page.js';
import { newMobile, newUser, signIn, type TestUser } from '../support/people.js';
import { newRoom } from '../support/rooms.js';
import { StripeScenario } from '../support/stripe-scenario.js';
import { sharedChromium } from '../support/visitor.js';

// Some eighty clicks, each of which may take seconds on a busy machine.
jest.setTimeout(900_000);

/** WCAG 2.2, 1.4.10: no scrolling sideways at 320 px. */
const NARROW = { width: 320, height: 640 };
const SECTIONS = [
  'Overview',
  'Users',
  'Replies',
  'Queues',
  'Rooms',
  'Feedback',
  'Subscriptions',
  'Stripe events',
  'Deliveries',
  'Audit log',
];

let stripe: StripeScenario;
let browser: Browser;
let panel: PanelPage;
beforeAll(async () => {
  const environment = { ADMIN_CAN_READ_MESSAGES: 'on', LLM_PRICES: 'gemini-flash-latest|0.30|2.50|0.03' };
  [stripe, browser] = await Promise.all([
    StripeScenario.start(environment, { listens: false }),
    sharedChromium(),
  ]);
});
afterAll(() => stripe.stop());
afterEach(() => panel.leave());

/** A user whose last reply failed, with feedback on the one before. */
async function talker(): Promise<{ user: TestUser; text: string; replyId: string }> {
  const { product } = stripe;
  const user = await newUser(product);
  const room = (await newRoom(user)).id;
  const text = marked('What is a monad?');
  const good = await ask(user, room, text);
  await user.client.put(`/chatroom/${room}/messages/${good.body.reply.id}/feedback`, {
    rating: 'down',
    tags: ['incomplete'],
  });
  const failing = marked('please fail');
  await script(product, { match: failing, outcome: 'http_error', status: 403 });
  const failed = await ask(user, room, failing);
  return { user, text, replyId: failed.body.reply.id as string };
}

const button = (name: string) => panel.visitor.button(name);

it('accounts: each act is done by clicking, says what will happen, and what did', async () => {
  const { user } = await talker();
  const who = user.mobileNumber;
  panel = await PanelPage.open(browser, stripe.product);
  const { page } = panel;
  await panel.section('Users');
  await page.getByLabel('Mobile number').fill(who);
  await panel.press('Find');
  await page.getByRole('link', { name: who }).click();
  await page.getByText('Used today').waitFor();
  await panel.picture('panel-user');
  await panel.act(button('Suspend'), {
    will: 'Signing in is refused until you lift it',
    did: `${who} is suspended`,
    fields: { Reason: 'Spam' },
  });
  await panel.act(button('Lift suspension'), { will: 'can sign in again', did: `${who} can sign in again` });
  await panel.act(button('Grant Pro'), {
    will: 'Nothing is charged',
    did: `${who} is Pro until the end of 2099-06-30`,
    fields: { 'Pro until': '2099-06-30' },
  });
  await panel.act(button('End grant'), { will: 'ends now', did: `The grant of ${who} has ended` });
  await panel.act(button('End sessions'), {
    will: 'on every device',
    did: `The sessions of ${who} have ended`,
  });
  await panel.act(button('Reconcile'), { will: 'Asks Stripe', did: `${who} is as Stripe has it` });
  const number = newMobile();
  await panel.act(button('Change number'), {
    will: 'Verify the user’s identity first',
    did: `The number is ${number} now`,
    fields: { 'New number': number },
  });
  await panel.act(button('Delete account'), { will: 'cannot be undone', did: `${number} is deleted` });
  await panel.section('Audit log');
  for (const action of ['user.ban', 'user.unban', 'user.delete']) await panel.row(action).waitFor();
  expect(panel.visitor.complaints).toEqual([]);
});

it('replies, rooms, queues, feedback and payments: each task is done by clicking', async () => {
  const { user, text, replyId } = await talker();
  const subscriber = await stripe.subscriber();
  const event = stripe.eventAbout(subscriber.customerId, 'invoice.paid');
  await stripe.post(event);
  await stripe.eventComesTo(event.id, 'handled');
  panel = await PanelPage.open(browser, stripe.product);
  const { page } = panel;
  await eventually(async () => (await page.getByText('Failed replies').count()) > 0);
  await panel.section('Replies');
  await panel.picture('panel-replies');
  await panel.act(button(`Retry ${replyId.slice(-8)}`), {
    will: 'The user is not charged',
    did: 'The reply is queued again',
  });

  await panel.section('Rooms');
  await panel.row(user.id.slice(-8)).getByRole('button').first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('open to you alone for 30 minutes').waitFor();
  await dialog.getByLabel('Reason').fill('The owner asked in ticket 4711.');
  await dialog.getByRole('button', { name: 'Read', exact: true }).click();
  await page.getByText(text, { exact: true }).waitFor();

  await panel.section('Queues');
  await panel.act(button('Pause sms'), { will: 'until it is resumed', did: 'sms is paused' });
  await panel.row('paused').waitFor();
  await panel.picture('panel-queues');
  await panel.act(button('Resume sms'), { will: 'Workers go on', did: 'sms runs again' });
  const { id } = await whileChoresFail(stripe.product, async () => {
    const job = await addJob(stripe.product, 'maintenance', 'broken');
    await panel.row(job).waitFor();
    return { id: job };
  });
  await panel.act(button(`Retry ${id}`), { will: 'The job waits again', did: 'The job waits again' });

  await panel.section('Feedback');
  await panel.row('incomplete').waitFor();
  await stripe.product.rows(`update subscriptions set status = 'past_due' where id = $1`, [
    subscriber.subscriptionId,
  ]);
  await panel.section('Subscriptions');
  await page.getByLabel('State').selectOption('past_due');
  await panel.row(subscriber.user.id.slice(-8)).getByRole('button').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Reconcile', exact: true }).click();
  await panel.done('Stripe was asked. The account is pro.');
  await page.getByRole('row', { name: `${subscriber.subscriptionId} status past_due active` }).waitFor();
  await panel.section('Stripe events');
  await panel.act(button(`Replay ${event.id}`), {
    will: 'handled again',
    did: `${event.id} is being handled again`,
  });
  await panel.section('Deliveries');
  expect(panel.visitor.complaints).toEqual([]);
});

it('a stale session confirms in place, and the act goes on', async () => {
  const user = await newUser(stripe.product);
  panel = await PanelPage.open(browser, stripe.product);
  await stripe.product.rows(
    `update sessions set authenticated_at = now() - interval '11 minutes' where user_id = $1`,
    [panel.admin.user.id],
  );
  const { page } = panel;
  await page.goto(`${stripe.product.url}/admin/#/users/${user.id}`);
  await panel.press('Suspend');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Suspend', exact: true }).click();
  await page.getByText('Is it you?').waitFor();
  await panel.press('Use this code');
  await panel.press('Confirm');
  await panel.done(`${user.mobileNumber} is suspended`);
});

it('the panel of a former admin is left within two seconds of its own clock, and nothing that is asked after the revocation is answered', async () => {
  panel = await PanelPage.open(browser, stripe.product);
  const { page, admin } = panel;
  // The test moves the page's clock: the result does not depend on the speed of the machine.
  await page.clock.install();
  await page.reload();
  await panel.visitor.sees('Overview');
  await page.clock.pauseAt(Date.now() + 60_000);
  let isRevoked = false;
  const askedAfter = new Set<Request>();
  const answers: string[] = [];
  await page.route('**/admin/**', (route) => {
    // A request that goes on from here after the revocation reaches the server after it.
    if (isRevoked) askedAfter.add(route.request());
    return route.continue();
  });
  page.on('response', (answer) => {
    const request = answer.request();
    if (askedAfter.has(request))
      answers.push(`${request.method()} ${new URL(request.url()).pathname} ${answer.status()}`);
  });
  const gone = page.waitForResponse(
    (answer) => answer.status() === 404 && answer.request().isNavigationRequest(),
  );
  await stripe.product.rows(`update users set role = 'user' where id = $1`, [admin.user.id]);
  isRevoked = true;
  await page.clock.runFor(2_000);
  await gone;
  await page.waitForFunction(`document.body.innerText.includes('not_found')`);
  for (const asked of ['HEAD /admin/', 'POST /admin/api/page-session', 'GET /admin/'])
    expect(answers).toContain(`${asked} 404`);
  expect(answers.filter((one) => !one.endsWith(' 404'))).toEqual([]);
});

it('an account without the role sees the command that grants it, and nothing of the panel', async () => {
  const person = await signIn(stripe.product);
  panel = await PanelPage.entrance(browser, stripe.product, person);
  await panel.visitor.sees('No access');
  await panel.page.getByText(`npm run admin:grant -- ${person.mobileNumber}`).waitFor();
  expect(await panel.violations()).toEqual([]);
  expect((await panel.page.goto(`${stripe.product.url}/admin/`))!.status()).toBe(404);
});

it('10,000 users are listed page after page, found by number, and exported', async () => {
  await stripe.product.rows(
    `insert into users (id, mobile_number, tier, quota_key)
     select gen_random_uuid(), '+9180' || lpad(n::text, 8, '0'), 'basic', sha256(n::text::bytea)
     from generate_series(1, 10000) n`,
  );
  panel = await PanelPage.open(browser, stripe.product);
  const { page } = panel;
  await panel.section('Users');
  const rows = page.getByRole('row');
  await eventually(async () => (await rows.count()) === 51);
  await panel.press('Show more');
  await eventually(async () => (await rows.count()) === 101);
  await page.getByLabel('Mobile number').fill('+918000009999');
  await panel.press('Find');
  await eventually(async () => (await rows.count()) === 2);
  await page.getByLabel('Mobile number').fill('');
  await panel.press('Find');
  await eventually(async () => (await rows.count()) === 51);
  const [file] = await Promise.all([page.waitForEvent('download'), panel.press('Export CSV')]);
  const lines = readFileSync(await file.path(), 'utf8').split('\r\n');
  expect(lines[0]).toContain('mobile_number');
  expect(lines).toHaveLength(10_000 + 2);
  await panel.done('The first 10000 rows exported');
});

it('on a phone every section fits, in light and dark, without a serious fault of accessibility', async () => {
  await talker();
  panel = await PanelPage.open(browser, stripe.product, 'phone');
  const { page, visitor } = panel;
  const faults: string[] = [];
  for (const name of SECTIONS) {
    await panel.section(name);
    await eventually(async () => (await page.getByText('Loading…').count()) === 0);
    if (name === 'Overview') await panel.picture('panel-phone');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      faults.push(...(await panel.violations()).map((violation) => `${name}, ${colorScheme}: ${violation}`));
    }
    await page.setViewportSize(NARROW);
    const overflow = await visitor.overflow();
    if (overflow > 0) faults.push(`${name}: ${overflow} px wider than a narrow window`);
    await page.setViewportSize({ width: 390, height: 844 });
  }
  expect(faults).toEqual([]);
});

it('an act is done with the keyboard alone, and the focus comes back to its button', async () => {
  const user = await newUser(stripe.product);
  panel = await PanelPage.open(browser, stripe.product);
  const { page } = panel;
  await page.goto(`${stripe.product.url}/admin/#/users/${user.id}`);
  await button('End sessions').waitFor();
  const focused = () =>
    page.evaluate<string>(
      '(document.activeElement.ariaLabel ?? document.activeElement.innerText ?? "").trim()',
    );
  const tabTo = (name: string) =>
    eventually(async () => {
      await page.keyboard.press('Tab');
      return (await focused()) === name;
    });
  await tabTo('End sessions');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  expect(await focused()).toBe('End sessions');
  await page.keyboard.press('Enter');
  await tabTo('End sessions');
  await page.keyboard.press('Enter');
  await panel.done('have ended');
});

it('the overview shows what was counted', async () => {
  await talker();
  panel = await PanelPage.open(browser, stripe.product);
  const { page } = panel;
  await page.getByText('Counted since').waitFor();
  await eventually(
    async () => (await page.getByRole('row', { name: /model_rejected|gemini-flash/ }).count()) > 0,
  );
  await page.getByRole('img', { name: /^Messages of 30 days/ }).waitFor();
  await panel.picture('panel');
  expect(panel.visitor.complaints).toEqual([]);
});
