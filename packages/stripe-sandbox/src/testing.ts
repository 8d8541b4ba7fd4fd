import Stripe from 'stripe';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from './clock.js';
import { SANDBOX_PRO_PRICE_ID, SANDBOX_STRIPE_KEY, SANDBOX_WEBHOOK_SECRET } from './sandbox-keys.js';
import type { StripeStore } from './state/stripe-store.js';
import { MemoryStripeStore } from './state/stripe-store.js';
import { StripeSandbox } from './stripe-sandbox.js';
import type { PayingCard } from './billing/checkout-payment.js';

export const HOUR = 3600;
export const DAY = 24 * HOUR;

/** The machine's clock, which a test moves forward. */
class MovableClock implements Clock {
  private offsetMs = 0;

  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  advance(ms: number): void {
    this.offsetMs += ms;
  }
}

/** A sandbox, the real SDK connected to it, and actions of tests. Due actions run only in `pass` and `settle`. */
export class StripeScene {
  readonly sandbox: StripeSandbox;
  readonly clock = new MovableClock();
  readonly receiver = new WebhookReceiver();
  stripe!: Stripe;

  constructor(store: StripeStore = new MemoryStripeStore()) {
    const pagesUrl = () => 'http://product.example/sandbox/stripe';
    this.sandbox = new StripeSandbox({ clock: this.clock, store, pagesUrl, tickMs: 0 });
  }

  static async start(store?: StripeStore): Promise<StripeScene> {
    const scene = new StripeScene(store);
    await scene.sandbox.listen();
    scene.stripe = clientOf(scene.sandbox.url);
    return scene;
  }

  async stop(): Promise<void> {
    await this.sandbox.close();
    await this.receiver.close();
  }

  /** Webhooks go to this scene's receiver. @returns where that is */
  async listenForEvents(): Promise<string> {
    const url = await this.receiver.listen();
    await this.sandbox.webhooks.deliverTo(url);
    return url;
  }

  /** Moves the time forward and runs the due actions. */
  async pass(seconds: number): Promise<void> {
    this.clock.advance(seconds * 1000);
    await this.sandbox.settle();
  }

  get now(): number {
    return Math.floor(this.clock.now().getTime() / 1000);
  }

  newCustomer(email = 'ada@example.com'): Promise<Stripe.Customer> {
    return this.stripe.customers.create({ email, metadata: { user_id: 'user-1' } });
  }

  async openSession(
    params: Partial<Stripe.Checkout.SessionCreateParams> = {},
  ): Promise<Stripe.Checkout.Session> {
    const customer = params.customer ?? (await this.newCustomer()).id;
    return this.stripe.checkout.sessions.create({
      mode: 'subscription',
      line_items: [{ price: SANDBOX_PRO_PRICE_ID, quantity: 1 }],
      success_url: 'https://app.example/success?session_id={CHECKOUT_SESSION_ID}',
      cancel_url: 'https://app.example/cancel',
      ...params,
      customer,
    });
  }

  /** A customer who has paid at the checkout. */
  async subscriber(
    params: Partial<Stripe.Checkout.SessionCreateParams> = {},
    card: PayingCard = 'works',
  ): Promise<Stripe.Subscription> {
    const session = await this.openSession(params);
    const { subscription } = await this.sandbox.pay(session.id, { card });
    return this.stripe.subscriptions.retrieve(subscription!);
  }

  subscription(id: string): Promise<Stripe.Subscription> {
    return this.stripe.subscriptions.retrieve(id);
  }

  /** The types of all events, the oldest first. */
  async eventTypes(): Promise<string[]> {
    return (await this.sandbox.webhooks.events()).map(({ event }) => event.type);
  }
}

/** The real SDK, that repeats nothing by itself. */
export function clientOf(
  url: string,
  { key = SANDBOX_STRIPE_KEY, retries = 0, timeout = 5000 } = {},
): Stripe {
  const { hostname: host, port } = new URL(url);
  return new Stripe(key, {
    host,
    port,
    protocol: 'http',
    maxNetworkRetries: retries,
    timeout,
    telemetry: false,
  });
}

/** A webhook endpoint: verifies each event with the SDK, and responds as set. */
export class WebhookReceiver {
  readonly events: Stripe.Event[] = [];
  /** Statuses of the next responses; 200 when the list is empty. */
  readonly answers: number[] = [];
  refused = 0;
  private server: Server | null = null;

  async listen(): Promise<string> {
    await this.close();
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const status = this.take(Buffer.concat(chunks), String(request.headers['stripe-signature']));
        response.writeHead(status, { connection: 'close' }).end();
      });
    });
    await new Promise<void>((resolve) => this.server!.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/webhook/stripe`;
  }

  get types(): string[] {
    return this.events.map(({ type }) => type);
  }

  async close(): Promise<void> {
    const { server } = this;
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  private take(body: Buffer, signature: string): number {
    const answer = this.answers.shift() ?? 200;
    if (answer !== 200) return answer;
    try {
      this.events.push(VERIFIER.webhooks.constructEvent(body, signature, SANDBOX_WEBHOOK_SECRET));
      return 200;
    } catch {
      this.refused += 1;
      return 400;
    }
  }
}

const VERIFIER = new Stripe('sk_test_none');
