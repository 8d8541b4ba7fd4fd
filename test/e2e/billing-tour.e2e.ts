import type { Browser } from 'playwright-core';
import { signIn, type SignedIn } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { sharedChromium, SIZES, Visitor } from '../support/visitor.js';

const APP_LINK = 'https://app.example/account';
const sizes = Object.keys(SIZES) as (keyof typeof SIZES)[];

let product: Product;
let browser: Browser;
let visitor: Visitor;
beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ APP_LINK }), sharedChromium()]);
});
afterAll(() => product.close());

/** A person signed in through the real routes, with a browser. */
async function arrive(size?: keyof typeof SIZES): Promise<SignedIn> {
  visitor = await Visitor.arrive(browser, product.url, size);
  return signIn(product);
}
afterEach(async () => {
  await visitor.leave();
  expect(visitor.complaints).toEqual([]);
});

const checkout = async ({ client }: SignedIn): Promise<void> =>
  visitor.open((await client.post('/subscribe/pro')).body.checkout_url);
const portal = async ({ client }: SignedIn): Promise<void> =>
  visitor.open((await client.post('/subscription/portal')).body.url);
const synced = async ({ client }: SignedIn) => (await client.post('/subscription/sync')).body;
const paidInvoices = async ({ client }: SignedIn): Promise<number> =>
  (await client.get('/subscription/invoices')).body.data.length;

async function subscriber(): Promise<SignedIn> {
  const person = await arrive();
  await checkout(person);
  await visitor.press('Pay $20.00');
  await visitor.sees('Thank you');
  return person;
}

describe('the tour in a browser', () => {
  it.each(sizes)('Basic → 429 → pay → Pro → portal → Basic, on a %s', async (size) => {
    const person = await arrive(size);
    const { client, mobileNumber } = person;
    const room = (await client.post('/chatroom')).body.id as string;
    const send = async () => (await client.post(`/chatroom/${room}/message`, { content: 'hi' })).status;
    const sent = [];
    for (let count = 0; count < 6; count++) sent.push(await send());
    expect(sent).toEqual([202, 202, 202, 202, 202, 429]);

    await checkout(person);
    await visitor.sees('Checkout');
    if (size === 'phone') await visitor.picture('checkout');
    expect(await visitor.discomforts()).toEqual([]);
    await visitor.press('Pay $20.00');
    await visitor.sees('Thank you');
    if (size === 'phone') await visitor.picture('success');
    expect(await visitor.discomforts()).toEqual([]);
    expect(await visitor.link('Back to the app').getAttribute('href')).toBe(APP_LINK);
    expect(await synced(person)).toMatchObject({ tier: 'pro', status: 'active' });
    expect(await send()).toBe(202);

    await portal(person);
    if (size === 'phone') await visitor.picture('portal');
    expect(await visitor.discomforts()).toEqual([]);
    for (const [button, ends] of [
      ['Cancel plan at the end of the period', true],
      ['Resume plan', false],
      ['Cancel plan at the end of the period', true],
    ] as const) {
      await visitor.press(button);
      await visitor.page.getByText(ends ? 'Ends' : 'Renews', { exact: true }).waitFor();
      expect(await synced(person)).toMatchObject({ tier: 'pro', cancel_at_period_end: ends });
    }

    const end = Date.parse((await synced(person)).current_period_end);
    await product.advanceClock(Math.ceil((end - (await now())) / 1000) + 1);
    // A month later the session has ended, too.
    const later = await signIn(product, mobileNumber);
    expect(await synced(later)).toMatchObject({ tier: 'basic', source: null, status: 'canceled' });
    await portal(later);
    expect(await visitor.text()).toMatch(/Status\s+canceled/);
  });
});

/** As the product's clock has it. */
const now = async (): Promise<number> =>
  Date.parse((await product.client.post('/sandbox/clock', { advance_seconds: 0 })).body.now);

describe('the checkout page', () => {
  it('shows a declined card and allows another try', async () => {
    const person = await arrive();
    await checkout(person);
    await visitor.press('Decline the card');
    expect(await visitor.page.getByRole('alert').innerText()).toContain('Your card was declined.');
    expect(await visitor.discomforts()).toEqual([]);
    expect((await synced(person)).tier).toBe('basic');
    await visitor.press('Pay $20.00');
    await visitor.sees('Thank you');
    expect((await synced(person)).tier).toBe('pro');
  });

  it('can be left by a link to the app and opened again', async () => {
    const person = await arrive();
    await checkout(person);
    await visitor.follow('Cancel and go back');
    await visitor.sees('Nothing was paid');
    expect(await visitor.discomforts()).toEqual([]);
    expect(await visitor.link('Back to the app').getAttribute('href')).toBe(APP_LINK);
    expect((await synced(person)).tier).toBe('basic');
    await visitor.page.goBack();
    await visitor.press('Pay $20.00');
    await visitor.sees('Thank you');
  });

  it('treats a double click as one payment', async () => {
    const person = await arrive();
    await checkout(person);
    await visitor.button('Pay $20.00').dblclick();
    await visitor.sees('Thank you');
    expect([(await synced(person)).tier, await paidInvoices(person)]).toEqual(['pro', 1]);
  });

  it('paid in two tabs at once is paid once', async () => {
    const person = await arrive();
    await checkout(person);
    const other = await visitor.anotherTab();
    await other.open(visitor.page.url());
    await Promise.all([visitor, other].map((tab) => tab.press('Pay $20.00')));
    await Promise.all([visitor, other].map((tab) => tab.sees('Thank you')));
    expect([(await synced(person)).tier, await paidInvoices(person)]).toEqual(['pro', 1]);
    expect(other.complaints).toEqual([]);
  });

  it('says after a payment and the back button that it is paid', async () => {
    const person = await subscriber();
    await visitor.page.goBack();
    await visitor.sees('All done');
    expect(await visitor.button(/Pay/).count()).toBe(0);
    expect(await visitor.discomforts()).toEqual([]);
    await visitor.follow('Continue');
    await visitor.sees('Thank you');
    expect(await paidInvoices(person)).toBe(1);
  });

  it('restored from the browser’s cache makes no second payment', async () => {
    const keeping = await sharedChromium({ keepsPages: true });
    visitor = await Visitor.arrive(keeping, product.url);
    const person = await signIn(product);
    await checkout(person);
    await visitor.press('Pay $20.00');
    await visitor.sees('Thank you');
    await visitor.page.goBack({ waitUntil: 'commit' });
    await visitor.sees('Checkout');
    await visitor.press('Pay $20.00');
    await visitor.sees('Thank you');
    await keeping.close();
    expect([(await synced(person)).tier, await paidInvoices(person)]).toEqual(['pro', 1]);
  });

  it('works without a mouse', async () => {
    const person = await arrive();
    await checkout(person);
    await visitor.page.keyboard.press('Tab');
    await visitor.page.keyboard.press('Enter');
    await visitor.sees('Thank you');
    expect((await synced(person)).tier).toBe('pro');
  });
});

describe('the pages around it', () => {
  it('the success page grants nothing', async () => {
    const person = await arrive();
    await checkout(person);
    await visitor.open('/subscribe/success');
    await visitor.sees('Thank you');
    expect(await synced(person)).toMatchObject({ tier: 'basic', status: 'none' });
  });

  it('an unpaid invoice is paid on its own page, and the portal leads back', async () => {
    const person = await subscriber();
    await portal(person);
    await visitor.press('Let the card fail from now on');
    const end = Date.parse((await synced(person)).current_period_end);
    await product.advanceClock(Math.ceil((end - (await now())) / 1000) + 7200);
    const later = await signIn(product, person.mobileNumber);
    expect(await synced(later)).toMatchObject({ tier: 'pro', payment_problem: 'payment_failed' });
    await portal(later);
    await visitor.press('Make the card work again');
    await visitor.follow(/\$20\.00, open/);
    expect(await visitor.discomforts()).toEqual([]);
    await visitor.press('Pay $20.00');
    await visitor.page.getByText('paid', { exact: true }).waitFor();
    expect(await synced(later)).toMatchObject({ status: 'active', payment_problem: null });
    await portal(later);
    expect(await visitor.link('Return').getAttribute('href')).toBe(APP_LINK);
  });
});
