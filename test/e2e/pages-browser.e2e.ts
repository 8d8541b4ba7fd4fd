import type { Browser } from 'playwright-core';
import { signIn } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { startChromium, Visitor } from '../support/visitor.js';

/** Scalar's check of the document does not know that an example may be null. */
const SCALARS_OWN = /^(document validation errors: |\[Object(, Object)*\])$/;

let product: Product;
let browser: Browser;
let visitor: Visitor;
beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), startChromium()]);
});
afterAll(async () => {
  await browser.close();
  await product.close();
});
beforeEach(async () => {
  visitor = await Visitor.arrive(browser, product.url);
});
afterEach(async () => {
  await visitor.leave();
  expect(visitor.complaints.filter((complaint) => !SCALARS_OWN.test(complaint))).toEqual([]);
});

it('Scalar works without the internet, and without its vendor', async () => {
  // Every other origin is unreachable; the visitor complains about each request to one.
  await visitor.page.route(
    ({ origin }) => origin !== product.url,
    (route) => route.abort(),
  );
  await visitor.open('/scalar');
  await visitor.page.getByRole('heading', { name: 'Send a message' }).first().waitFor();
  await visitor.page.waitForLoadState('networkidle');
  expect(await visitor.text()).not.toMatch(/powered by|ask ai|share|deploy|download|open api client/i);
});

describe('the pages on a phone', () => {
  it('the bare address leads to Swagger UI', async () => {
    await visitor.open('/');
    expect(await visitor.discomforts()).toEqual([]);
    await visitor.follow('/docs');
    await visitor.sees(/Chat backend/);
    expect(await visitor.overflow()).toBe(0);
  });

  it('an error’s address leads to its code, in sight', async () => {
    await visitor.open('/docs/errors#already_subscribed');
    expect(await visitor.discomforts()).toEqual([]);
    const target = visitor.page.locator(':target');
    expect(await target.innerText()).toContain('already_subscribed');
    const { y, height } = (await target.boundingBox())!;
    expect([y >= 0, y + height <= visitor.page.viewportSize()!.height]).toEqual([true, true]);
  });

  it('Swagger UI takes a token, keeps it, and tries a route with it', async () => {
    const { user, tokens } = await signIn(product);
    await visitor.open('/docs');
    await visitor.press('Authorize');
    const dialog = visitor.page.locator('.modal-ux');
    await dialog.getByRole('textbox').fill(tokens.access_token);
    await dialog.getByRole('button', { name: 'Apply credentials' }).click();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await visitor.page.reload();
    const route = visitor.page.locator('#operations-User-getMe');
    await route.getByRole('button', { name: 'Who am I?' }).click();
    await route.getByRole('button', { name: 'Execute' }).click();
    const answer = route.locator('.live-responses-table .response');
    await answer.getByText(user.id).first().waitFor();
    expect(await answer.locator('.response-col_status').innerText()).toContain('200');
  });
});
