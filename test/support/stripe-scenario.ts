import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import Stripe from 'stripe';
import {
  MemoryStripeStore,
  SANDBOX_PRO_PRICE_ID,
  SANDBOX_STRIPE_KEY,
  SANDBOX_WEBHOOK_SECRET,
  StripeSandbox,
} from '@chat-backend/stripe-sandbox';
import type { Answer } from './client.js';
import { eventually } from './eventually.js';
import { newUser, signToken, type TestUser } from './people.js';
import { backend, programPath, redisUrl, TEST_ENVIRONMENT } from './processes.js';
import { startProduct, type Product } from './product.js';

const run = promisify(execFile);
const YEAR = 365 * 86_400;
/** Where the pages of this Stripe would be; the address of one is as good as a password. */
const PAGES = 'http://pages.invalid';

/** A clock that can be moved forward. The product's own would load Nest into each test file. */
class ScenarioClock {
  private offsetMs = 0;

  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  advance(ms: number): void {
    this.offsetMs += ms;
  }
}

/** A product and a Stripe sandbox that the test controls; the sandbox remains while products start and stop. */
export class StripeScenario {
  readonly clock = new ScenarioClock();
  readonly sandbox = new StripeSandbox({
    clock: this.clock,
    store: new MemoryStripeStore(),
    pagesUrl: () => PAGES,
    tickMs: 100,
  });
  readonly products: Product[] = [];

  private constructor() {}

  /** @param listens false: no webhooks are delivered */
  static async start(
    environment: Record<string, string> = {},
    { listens = true } = {},
  ): Promise<StripeScenario> {
    const scenario = new StripeScenario();
    await scenario.sandbox.listen();
    const product = await scenario.startProduct(environment);
    if (listens) await scenario.sandbox.webhooks.deliverTo(`${product.url}/webhook/stripe`);
    return scenario;
  }

  /** @throws Error when a process has written a key or the address of a page to its log */
  async stop(): Promise<void> {
    for (const product of this.products) await product.close();
    await this.sandbox.close();
    for (const { log } of this.products)
      for (const text of [SANDBOX_STRIPE_KEY, SANDBOX_WEBHOOK_SECRET, PAGES])
        if (log.includes(text)) throw new Error(`a log holds ${text}`);
  }

  /** The first process. */
  get product(): Product {
    return this.products[0]!;
  }

  /** Environment that connects a process to this Stripe. */
  get environment(): Record<string, string> {
    return {
      STRIPE_SECRET_KEY: SANDBOX_STRIPE_KEY,
      STRIPE_WEBHOOK_SECRET: SANDBOX_WEBHOOK_SECRET,
      STRIPE_PRICE_PRO_ID: SANDBOX_PRO_PRICE_ID,
      STRIPE_API_BASE: this.sandbox.url,
    };
  }

  /** Starts another process on the same database. */
  async startProduct(environment: Record<string, string> = {}): Promise<Product> {
    const shared = this.products[0] && { DATABASE_URL: this.products[0].databaseUrl };
    const product = await startProduct({ ...this.environment, ...shared, ...environment });
    this.products.push(product);
    return product;
  }

  /** Moves the time forward, in the product and at Stripe. */
  async pass(time: number): Promise<void> {
    const seconds = Math.ceil(time);
    this.clock.advance(seconds * 1000);
    for (const product of this.products) await product.advanceClock(seconds);
    await this.sandbox.settle();
  }

  /** A user whose token outlives the test's months. */
  async newUser(): Promise<TestUser> {
    const user = await newUser(this.product);
    await this.product.rows(`update sessions set expires_at = now() + interval '10 years' where id = $1`, [
      user.sessionId,
    ]);
    const exp = Math.floor(Date.now() / 1000) + 10 * YEAR;
    const token = signToken({ sub: user.id, sid: user.sessionId, exp });
    return { ...user, token, client: this.product.client.as(token) };
  }

  /**
   * Opens a checkout. Asks again after a 503, as its Retry-After says: on a busy machine a call of Stripe may take longer than
   * its bound.
   */
  async checkout(user: TestUser): Promise<string> {
    const answer = await eventually(
      () => user.client.post('/subscribe/pro'),
      ({ status }) => status !== 503,
    );
    if (answer.status > 201) throw new Error(`no checkout: ${answer.text}`);
    return answer.body.session_id as string;
  }

  /** A user who has paid, with the payment synced. */
  async subscriber(): Promise<Subscriber> {
    const user = await this.newUser();
    const { customer, subscription } = await this.sandbox.pay(await this.checkout(user));
    await user.client.post('/subscription/sync');
    return { user, customerId: customer!, subscriptionId: subscription! };
  }

  /** The real SDK on this Stripe, for actions of its owner in the dashboard. */
  get api(): Stripe {
    const { hostname: host, port } = new URL(this.sandbox.url);
    return new Stripe(SANDBOX_STRIPE_KEY, { host, port, protocol: 'http', telemetry: false });
  }

  /** Stripe's objects of a user. */
  whatIsLeftOf(userId: string) {
    return this.sandbox.look(({ customers, subscriptions, sessions }) => ({
      customers: Object.values(customers).filter((one) => one.metadata['user_id'] === userId),
      goingOn: Object.values(subscriptions).filter(
        (one) => one.metadata['user_id'] === userId && one.status === 'active',
      ).length,
      openPages: Object.values(sessions).filter(
        (one) => one.client_reference_id === userId && one.status === 'open',
      ).length,
    }));
  }

  /** A command of the operator: `reconcile`, `replay <event>`. */
  operator(...args: string[]): Promise<{ stdout: string }> {
    const { databaseUrl } = this.product;
    return run(process.execPath, [programPath('scripts/billing'), ...args], {
      env: {
        PATH: process.env.PATH,
        ...TEST_ENVIRONMENT,
        ...this.environment,
        DATABASE_URL: databaseUrl,
        ...(backend === 'redis' && { REDIS_URL: redisUrl(databaseUrl) }),
      },
    });
  }

  /** Signs an event with the product's secret. */
  sign(event: object): string {
    return Stripe.webhooks.generateTestHeaderString({
      payload: JSON.stringify(event),
      secret: SANDBOX_WEBHOOK_SECRET,
      timestamp: Math.floor(this.clock.now().getTime() / 1000),
    });
  }

  /** An event about a customer; its other fields are invented. */
  eventAbout(customer: string | null, type = 'customer.subscription.updated', more: object = {}) {
    return {
      id: `evt_${randomBytes(12).toString('hex')}`,
      object: 'event',
      type,
      created: Math.floor(this.clock.now().getTime() / 1000),
      livemode: false,
      data: { object: { id: 'sub_x', object: 'subscription', customer, status: 'active', ...more } },
    };
  }

  /** State of an event in the inbox. */
  async eventState(id: string): Promise<{ state: string; tries: number } | undefined> {
    const sql = 'select state, tries from webhook_events where id = $1';
    return (await this.product.rows<{ state: string; tries: number }>(sql, [id]))[0];
  }

  eventComesTo(id: string, state: string): Promise<boolean> {
    return eventually(async () => (await this.eventState(id))?.state === state);
  }

  /** Waits until every event so far is delivered and handled, so that none of them causes a sync later. */
  async allHandled(): Promise<void> {
    await this.sandbox.settle();
    const sql = `select from webhook_events where state = 'received'`;
    await eventually(async () => (await this.product.rows(sql)).length === 0);
  }

  /** The user's billing row. */
  async tierOf(userId: string): Promise<{ tier: string; tier_ends_at: Date | null } | undefined> {
    const sql = 'select tier, tier_ends_at from users where id = $1';
    return (await this.product.rows<{ tier: string; tier_ends_at: Date | null }>(sql, [userId]))[0];
  }

  /** Sends an event as Stripe would. */
  post(event: object, { product = this.product, header = this.sign(event) } = {}): Promise<Answer> {
    return product.client.request('POST', '/webhook/stripe', {
      body: event,
      headers: { 'stripe-signature': header },
    });
  }
}

export interface Subscriber {
  user: TestUser;
  customerId: string;
  subscriptionId: string;
}

/** A user's subscription status, as the product shows it. */
export async function statusOf(user: TestUser): Promise<Answer['body']> {
  const { status, body, text } = await user.client.get('/subscription/status');
  if (status !== 200) throw new Error(`no status: ${text}`);
  return body;
}

/** Waits until a user has this tier. */
export const becomes = (user: TestUser, tier: 'basic' | 'pro'): Promise<unknown> =>
  eventually(async () => ((await statusOf(user)).tier === tier ? true : null));
