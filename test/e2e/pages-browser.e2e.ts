import type { Browser, Page, Response } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { signIn } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { sharedChromium, Visitor } from '../support/visitor.js';

/** Scalar's check of the document does not accept null as an example. */
const SCALARS_OWN = /^(document validation errors: |\[Object(, Object)*\])$/;

/** The tour reaches the limit: each further message makes Swagger UI draw a form again, which takes seconds. */
const DAILY_LIMIT = 2;

let product: Product;
let browser: Browser;
let visitor: Visitor;
beforeAll(async () => {
  [product, browser] = await Promise.all([
    startProduct({ BASIC_DAILY_LIMIT: String(DAILY_LIMIT) }),
    sharedChromium(),
  ]);
});
afterAll(() => product.close());
beforeEach(async () => {
  visitor = await Visitor.arrive(browser, product.url);
});
afterEach(async () => {
  await visitor.leave();
  expect(visitor.complaints.filter((complaint) => !SCALARS_OWN.test(complaint))).toEqual([]);
});

it('Scalar works without the internet, and without its vendor', async () => {
  // All other origins are unreachable; the visitor reports each request to one.
  await visitor.page.route(
    ({ origin }) => origin !== product.url,
    (route) => route.abort(),
  );
  await visitor.open('/scalar');
  await visitor.page.getByRole('heading', { name: 'Chat backend' }).waitFor();
  await visitor.page.waitForLoadState('networkidle');
  expect(await visitor.text()).not.toMatch(/powered by|ask ai|share|deploy|download|open api client/i);
});

describe('the pages on a phone', () => {
  it('the root page links to Swagger UI', async () => {
    await visitor.open('/');
    expect(await visitor.discomforts()).toEqual([]);
    await visitor.follow('Try it in Swagger UI');
    await visitor.sees(/Chat backend/);
    expect(await visitor.overflow()).toBe(0);
  });

  it.each(['/', '/docs/errors'])('%s fits the narrowest window', async (path) => {
    await visitor.page.setViewportSize({ width: 360, height: 640 });
    await visitor.open(path);
    expect(await visitor.discomforts()).toEqual([]);
  });

  it('the first key press offers to skip the navigation', async () => {
    await visitor.open('/docs/errors');
    await visitor.page.keyboard.press('Tab');
    const skip = visitor.page.locator(':focus');
    expect([await skip.innerText(), (await skip.boundingBox())!.x]).toEqual(['Skip to the content', 0]);
    await visitor.page.keyboard.press('Enter');
    expect(await visitor.page.locator(':focus').getAttribute('id')).toBe('main');
  });

  it('an error’s address leads to its code, in sight', async () => {
    await visitor.open('/docs/errors#already_subscribed');
    expect(await visitor.discomforts()).toEqual([]);
    const target = visitor.page.locator(':target');
    expect(await target.innerText()).toContain('already_subscribed');
    const { y, height } = (await target.boundingBox())!;
    expect([y >= 0, y + height <= visitor.page.viewportSize()!.height]).toEqual([true, true]);
  });

  it('Swagger UI accepts a token, keeps it and calls a route with it', async () => {
    const { user, tokens } = await signIn(product);
    await visitor.open('/docs');
    await visitor.press('Authorize');
    const dialog = visitor.page.locator('.modal-ux');
    await dialog.getByRole('textbox').fill(tokens.access_token);
    await dialog.getByRole('button', { name: 'Apply credentials' }).click();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await visitor.page.reload();
    const route = visitor.page.locator('#operations-User-getMe');
    await route.getByRole('button', { name: 'Get my account' }).click();
    await route.getByRole('button', { name: 'Execute' }).click();
    const answer = route.locator('.live-responses-table .response');
    await answer.getByText(user.id).first().waitFor();
    expect(await answer.locator('.response-col_status').innerText()).toContain('200');
  });
});

/** Swagger UI for a person who only clicks. */
class SwaggerUi {
  constructor(private readonly visitor: Visitor) {}

  operation = (id: string) => this.visitor.page.locator(`.opblock[id$="-${id}"]`);
  field = (id: string, name: string) => this.operation(id).locator(`[data-param-name="${name}"] input`);
  body = (id: string) => this.operation(id).locator('textarea');

  async start(step: string): Promise<void> {
    await this.visitor.open('/docs');
    await this.visitor.page.locator('.tour').getByRole('button', { name: step }).click();
  }

  /** Presses Execute and waits until the answer is shown. */
  async execute(id: string) {
    const operation = this.operation(id);
    const clear = operation.getByRole('button', { name: 'Clear' });
    if (await clear.isVisible()) await clear.click();
    const [response] = await Promise.all([
      this.visitor.page.waitForResponse((answer) => isOfApi(answer) && answer.status() !== 401),
      operation.getByRole('button', { name: 'Execute' }).click(),
    ]);
    await operation.locator('.live-responses-table').waitFor();
    return {
      status: response.status(),
      type: response.headers()['content-type'],
      body: await response.json(),
    };
  }

  /** Follows the hint below the answer. */
  async goOn(id: string): Promise<void> {
    await this.operation(id).locator('.tour-next').click();
  }

  /** Opens the link below the response, which leads to a new tab. */
  async openLink(id: string, name: string): Promise<Page> {
    const [tab] = await Promise.all([
      this.visitor.page.context().waitForEvent('page'),
      this.operation(id).getByRole('link', { name }).click(),
    ]);
    return tab;
  }
}

/** Not one of the page's own files, and not the renewal of the token, which runs by itself. */
const isOfApi = (answer: Response): boolean =>
  answer.request().resourceType() === 'fetch' && !/\/docs|\/auth\/refresh/.test(answer.url());

describe('the tour in Swagger UI', () => {
  let ui: SwaggerUi;
  beforeEach(() => {
    ui = new SwaggerUi(visitor);
  });

  /** Executes each operation and follows its hint to the next. @returns the statuses */
  async function walk(...ids: string[]): Promise<number[]> {
    const statuses = [];
    for (const id of ids) {
      statuses.push((await ui.execute(id)).status);
      await ui.goOn(id);
    }
    return statuses;
  }

  it('works by clicking alone: code, room, message, history, limit, checkout, Pro, portal', async () => {
    await ui.start('Send a code');
    expect(await walk('sendOtp', 'verifyOtp', 'createChatroom')).toEqual([202, 200, 201]);
    const sent = await ui.execute('sendMessage');
    expect([sent.status, sent.type]).toEqual([202, 'application/json; charset=utf-8']);
    await ui.goOn('sendMessage');
    await eventually(async () => {
      const [reply] = await product.rows('select status from messages where id = $1', [sent.body.reply.id]);
      return reply!.status === 'completed';
    });
    expect((await ui.execute('getMessage')).body.status).toBe('completed');
    await ui.goOn('getMessage');
    const history = await ui.execute('listMessages');
    expect(history.body.data.map(({ id }: { id: string }) => id)).toContain(sent.body.reply.id);
    await ui.goOn('listMessages');

    const limit = await eventually(
      () => ui.execute('sendMessage'),
      ({ status }) => status !== 202,
    );
    expect(limit.body).toMatchObject({ code: 'daily_limit_reached', used: DAILY_LIMIT });
    expect(visitor.complaints.splice(0)).toEqual([expect.stringContaining('429')]);
    await ui.goOn('sendMessage');

    expect((await ui.execute('subscribeToPro')).status).toBe(201);
    const checkout = await ui.openLink('subscribeToPro', 'Open the checkout');
    await checkout.getByRole('button', { name: 'Pay $20.00' }).click();
    await checkout.getByRole('heading', { name: 'Thank you' }).waitFor();
    await ui.goOn('subscribeToPro');
    expect((await ui.execute('syncSubscription')).body).toMatchObject({ tier: 'pro', status: 'active' });
    await ui.goOn('syncSubscription');
    expect((await ui.execute('openPortal')).status).toBe(201);
    const portal = await ui.openLink('openPortal', 'Open the portal');
    await portal.getByRole('button', { name: /^Cancel plan/ }).waitFor();
    expect((await ui.execute('sendMessage')).status).toBe(202);
  });

  it('each Execute is a new request, typed values stay, and the session outlives time and a reload', async () => {
    await ui.start('Send a code');
    await ui.body('sendOtp').fill('{"mobile_number": "+919812345678"}');
    await walk('sendOtp', 'verifyOtp');
    const first = (await ui.execute('createChatroom')).body.id as string;
    await ui.goOn('createChatroom');
    expect(await ui.field('sendMessage', 'id').inputValue()).toBe(first);
    await ui.body('sendMessage').fill('{"content": "My own words"}');
    const second = (await ui.execute('createChatroom')).body.id as string;
    expect(second).not.toBe(first);
    expect(await ui.field('sendMessage', 'id').inputValue()).toBe(second);
    expect((await ui.execute('sendMessage')).body.message).toMatchObject({
      chatroom_id: second,
      content: 'My own words',
    });
    await ui.field('sendMessage', 'id').fill(first);
    await product.advanceClock(16 * 60);
    const room = (await ui.execute('createChatroom')).body.id as string;
    expect(await ui.field('sendMessage', 'id').inputValue()).toBe(first);
    // A token that has expired is renewed, and a reload forgets neither token nor room.
    await visitor.page.reload();
    await visitor.page.locator('.tour').getByRole('button', { name: 'Send a message' }).click();
    expect(await ui.field('sendMessage', 'id').inputValue()).toBe(room);
    expect((await ui.execute('sendMessage')).status).toBe(202);
    expect(visitor.complaints.splice(0)).toEqual([expect.stringContaining('401')]);
  });
});
