import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Module } from '@nestjs/common';
import { ConfigModule } from '../../../platform/config/config.module.js';
import { loadConfig } from '../../../platform/config/config.js';
import { createHttpEdge } from '../../../platform/http/edge/fastify.js';
import { ProblemFilter } from '../../../platform/problem/problem.filter.js';
import { DtoValidationPipe } from '../../../platform/fields/validation.pipe.js';
import { openLog } from '../../../platform/logging/logger.js';
import { SandboxStripeModule } from '../sandbox-stripe.module.js';
import { HOUR, StripeScene } from '@chat-backend/stripe-sandbox/testing';

@Module({})
class Root {}

let scene: StripeScene;
let app: NestFastifyApplication;
let url: string;
beforeAll(async () => {
  scene = await StripeScene.start();
  const config = loadConfig({ NODE_ENV: 'test' }, { embeddedSecret: () => 's'.repeat(32) });
  const edge = createHttpEdge({ config, log: openLog('silent', 'api'), appUrl: () => url });
  const root = {
    module: Root,
    imports: [ConfigModule.forRoot(config), SandboxStripeModule.forRoot(scene.sandbox)],
  };
  app = await NestFactory.create<NestFastifyApplication>(root, edge.adapter, {
    logger: false,
    bodyParser: false,
  });
  app.useGlobalPipes(new DtoValidationPipe());
  app.useGlobalFilters(new ProblemFilter(edge.appUrl, edge.routes));
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(async () => {
  await app.close();
  await scene.stop();
});

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

async function open(path: string, init: RequestInit = {}) {
  const answer = await fetch(`${url}/sandbox/stripe${path}`, {
    redirect: 'manual',
    headers: BROWSER,
    ...init,
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** As a browser sends a form without fields. */
const press = (path: string) =>
  open(path, {
    method: 'POST',
    headers: { ...BROWSER, 'content-type': 'application/x-www-form-urlencoded' },
    body: '',
  });

/** The paths of a page's forms, below /sandbox/stripe. */
const forms = (html: string): string[] =>
  [...html.matchAll(/action="\/sandbox\/stripe([^"]+)"/g)].map(([, path]) => path!);

async function control(path: string, body?: object) {
  const answer = await fetch(`${url}/sandbox/stripe${path}`, {
    method: body ? 'POST' : 'GET',
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as Record<string, unknown> };
}

describe('the checkout page', () => {
  it('shows the product and that no money moves, and may redirect to the session’s addresses', async () => {
    const session = await scene.openSession();
    const { status, text, headers } = await open(`/checkout/${session.id}`);
    expect(status).toBe(200);
    for (const part of ['Pro', '$20.00 every month', 'no money moves', 'ada@example.com', 'Pay $20.00'])
      expect(text).toContain(part);
    expect(text).toContain('href="https://app.example/cancel"');
    expect(headers.get('content-security-policy')).toContain("form-action 'self' https://app.example");
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).not.toContain('<script');
  });

  it('takes the payment and redirects to the success address with the session’s id', async () => {
    const session = await scene.openSession();
    const { status, headers } = await press(`/checkout/${session.id}/pay`);
    expect([status, headers.get('location')]).toEqual([
      303,
      `https://app.example/success?session_id=${session.id}`,
    ]);
    const again = await press(`/checkout/${session.id}/pay`);
    expect(again.status).toBe(303);
    expect((await open(`/checkout/${session.id}`)).text).toContain('All done');
    expect(
      (await scene.stripe.subscriptions.list({ customer: session.customer as string })).data,
    ).toHaveLength(1);
  });

  it('counts a double click once', async () => {
    const { id, customer } = await scene.openSession();
    const answers = await Promise.all([1, 2, 3].map(() => press(`/checkout/${id}/pay`)));
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect((await scene.stripe.invoices.list({ customer: customer as string })).data).toHaveLength(1);
  });

  it('shows a declined card and offers another try', async () => {
    const session = await scene.openSession();
    expect((await press(`/checkout/${session.id}/decline`)).status).toBe(303);
    const { text } = await open(`/checkout/${session.id}`);
    expect(text).toContain('role="alert"');
    expect(text).toContain('Your card was declined.');
    expect((await press(`/checkout/${session.id}/pay`)).status).toBe(303);
  });

  it('has buttons that all work', async () => {
    const paths = forms((await open(`/checkout/${(await scene.openSession()).id}`)).text);
    expect(paths).toHaveLength(6);
    for (const path of paths) {
      const { id } = await scene.openSession();
      expect([path, (await press(path.replace(/cs_test_\w+/, id))).status]).toEqual([path, 303]);
    }
  });

  it('is also shown for a finished, an expired and an unknown session', async () => {
    const session = await scene.openSession({ success_url: 'myapp://paid/<b>?id={CHECKOUT_SESSION_ID}' });
    await scene.stripe.checkout.sessions.expire(session.id);
    expect(await open(`/checkout/${session.id}`)).toMatchObject({
      status: 200,
      text: expect.stringContaining('expired'),
    });
    expect(await press(`/checkout/${session.id}/pay`)).toMatchObject({ status: 409 });
    expect(await open('/checkout/cs_test_none')).toMatchObject({ status: 404 });
    expect(await press('/checkout/cs_test_none/pay')).toMatchObject({ status: 404 });
  });

  it('lets a bank debit succeed', async () => {
    const session = await scene.openSession();
    await press(`/checkout/${session.id}/pay/bank_debit`);
    expect(await scene.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      payment_status: 'unpaid',
    });
    await press(`/checkout/${session.id}/debit/succeeds`);
    expect(await scene.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      payment_status: 'paid',
    });
  });

  it('escapes text of requests', async () => {
    const customer = await scene.newCustomer('"><img/src=x>@example.com');
    const { text } = await open(`/checkout/${(await scene.openSession({ customer: customer.id })).id}`);
    expect(text).not.toContain('<img');
  });
});

describe('the portal', () => {
  it('cancels and resumes, sets a failing card, shows invoices and links back', async () => {
    const { id, customer } = await scene.subscriber();
    const portal = await scene.stripe.billingPortal.sessions.create({
      customer: customer as string,
      return_url: 'https://app.example/account',
    });
    const path = new URL(portal.url).pathname.replace('/sandbox/stripe', '');
    const page = () => open(path);
    expect((await page()).text).toContain('href="https://app.example/account"');
    const pressForm = async (part: string) =>
      press(forms((await page()).text).find((action) => action.includes(part))!);

    await pressForm('/cancel/');
    const announced = await scene.subscription(id);
    expect(announced).toMatchObject({
      cancel_at_period_end: false,
      cancel_at: announced.items.data[0]!.current_period_end,
    });
    await pressForm('/resume/');
    expect(await scene.subscription(id)).toMatchObject({ cancel_at: null, canceled_at: null });
    await pressForm('/card/declines');
    const { items } = await scene.subscription(id);
    await scene.pass(items.data[0]!.current_period_end - scene.now + HOUR);
    expect((await page()).text).toContain('past due');
    await pressForm('/card/works');

    const [, invoice] = /href="\/sandbox\/stripe(\/invoices\/in_\w+)"/.exec((await page()).text)!;
    expect((await open(invoice!)).text).toContain('Pay $20.00');
    expect((await press(`${invoice}/pay`)).status).toBe(303);
    expect(await scene.subscription(id)).toMatchObject({ status: 'active' });
  });

  it('an unknown portal session also gets a page', async () => {
    expect(await open('/portal/bps_none')).toMatchObject({ status: 404 });
    expect(await open('/invoices/in_none')).toMatchObject({ status: 404 });
  });
});

describe('the controls', () => {
  it('hold and release webhooks, and list their deliveries', async () => {
    await scene.listenForEvents();
    expect(await control('/webhooks', { mode: 'hold' })).toMatchObject({
      status: 200,
      body: { mode: 'hold' },
    });
    await scene.newCustomer();
    expect(await control('/webhooks', {})).toMatchObject({ body: { waiting: 1 } });
    expect(await control('/webhooks/release', { twice: true })).toMatchObject({ body: { released: 2 } });
    expect(scene.receiver.types).toEqual(['customer.created', 'customer.created']);
    const { data } = (await control('/events')).body as { data: object[] };
    expect(data[0]).toMatchObject({ type: 'customer.created', deliveries: [{ state: 'delivered' }, {}] });
    await control('/webhooks', { mode: 'normal' });
  });

  it('script the API, and list its calls', async () => {
    const scripts = [{ match: 'POST /v1/customers', outcome: 'http_error', status: 503 }];
    expect(await control('/script', { scripts })).toMatchObject({ body: { pending: 1 } });
    await expect(scene.newCustomer()).rejects.toMatchObject({ statusCode: 503 });
    const { data } = (await control('/calls')).body as { data: object[] };
    expect(data.at(-1)).toMatchObject({ method: 'POST', path: '/v1/customers', status: 503 });
    expect((await control('/script', { scripts: [{ outcome: 'dance' }] })).status).toBe(400);
  });

  it('trigger actions without a page', async () => {
    const { id } = await scene.subscriber();
    expect((await control('/acts', { act: 'refund', id })).status).toBe(204);
    expect((await control('/acts', { act: 'refund', id: 'sub_none' })).status).toBe(400);
    expect((await control('/acts', { act: 'rob', id })).status).toBe(400);
  });
});

it('a request through a proxy gets 404', async () => {
  const { id } = await scene.openSession();
  const headers = { ...BROWSER, 'x-forwarded-for': '203.0.113.9' };
  expect(await open(`/checkout/${id}`, { headers })).toMatchObject({ status: 404 });
  expect(await open('/events', { headers })).toMatchObject({ status: 404 });
});
