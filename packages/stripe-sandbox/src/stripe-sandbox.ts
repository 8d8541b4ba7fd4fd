import type { FastifyInstance } from 'fastify';
import type { Clock } from './clock.js';
import { SandboxActs } from './sandbox-acts.js';
import type { StripeStore } from './state/stripe-store.js';
import { Deliverer } from './webhooks/deliverer.js';
import { WebhookControl } from './webhooks/webhook-control.js';
import { StripeCallLog, type StripeCall } from './wire/call-log.js';
import { createStripeServer } from './wire/stripe-server.js';
import { addScripts, type StripeScript } from './wire/stripe-script.js';

/** Default interval at which due actions run. */
const TICK_MS = 1000;

const toStandardError = (message: string) => void process.stderr.write(`Stripe sandbox: ${message}\n`);

/** How a sandbox is set up. */
export interface StripeSandboxOptions {
  /** What time it is: for every object, period and retry. */
  clock: Clock;
  /** Where its state is kept. */
  store: StripeStore;
  /** Address of the checkout and portal pages, without a trailing slash; asked when a session is opened. */
  pagesUrl: () => string;
  /** How many calls are remembered; default 500. */
  rememberedCalls?: number;
  /** Interval at which due actions run, in milliseconds; 0: only in `settle()`. Default 1000. */
  tickMs?: number;
  /** Reports failures of background work (renewals, deliveries); default: standard error. */
  warn?: (message: string) => void;
}

/**
 * A stand-in for Stripe that speaks its wire protocol on a local address and keeps state: customers, checkouts,
 * subscriptions that renew and fail as time passes, and their webhooks. No money moves. Its only key is
 * SANDBOX_STRIPE_KEY.
 */
export class StripeSandbox extends SandboxActs {
  /** The deliveries of events. */
  readonly webhooks: WebhookControl;
  private readonly deliverer: Deliverer;
  private readonly log: StripeCallLog;
  private readonly tickMs: number;
  private server: FastifyInstance | null = null;
  private address: string | null = null;
  private ticker: NodeJS.Timeout | null = null;
  private background: Promise<void> = Promise.resolve();
  private failing = false;

  constructor({
    clock,
    store,
    pagesUrl,
    rememberedCalls = 500,
    tickMs = TICK_MS,
    warn = toStandardError,
  }: StripeSandboxOptions) {
    super(store, clock, pagesUrl, warn);
    this.deliverer = new Deliverer(store, clock);
    this.webhooks = new WebhookControl(store, this.deliverer);
    this.log = new StripeCallLog(rememberedCalls);
    this.tickMs = tickMs;
  }

  /** Base URL of the API without a trailing slash; its parts are the SDK's `host`, `port` and `protocol`. */
  get url(): string {
    if (this.address === null) throw new Error('the Stripe sandbox is not listening');
    return this.address;
  }

  /** The newest calls of the API of this process, oldest first. */
  get calls(): readonly StripeCall[] {
    return this.log.calls;
  }

  /**
   * Starts to listen; port 0 selects a free port.
   * @returns the base URL
   */
  async listen({ port = 0, host = '127.0.0.1' }: { port?: number; host?: string } = {}): Promise<string> {
    await this.open();
    const server = createStripeServer({ ...this.parts, log: this.log, changed: () => this.changed() });
    this.address = await server.listen({ port, host });
    this.server = server;
    if (this.tickMs > 0)
      this.ticker = setInterval(() => this.inBackground(() => this.settle()), this.tickMs).unref();
    return this.address;
  }

  /** Stops listening and drops every open connection. The store is closed, too. */
  async close(): Promise<void> {
    if (this.ticker) clearInterval(this.ticker);
    await this.server?.close();
    await this.deliverer.close();
    await this.background;
    this.server = null;
    this.address = null;
    await this.store.close();
  }

  /** Lets everything happen that is due by now: renewals, retries, ends, deliveries. Resolves when it has happened. */
  async settle(): Promise<void> {
    await this.runDue();
    await this.deliverer.drain();
  }

  /** Adds scripts; they are used in order, by any process that is called. @throws RangeError when 1000 wait */
  async script(scripts: StripeScript | readonly StripeScript[]): Promise<void> {
    await this.store.transact((state) => addScripts(state, [scripts].flat()));
  }

  /** From now on it behaves again. */
  async clearScripts(): Promise<void> {
    await this.store.transact((state) => {
      state.scripts = [];
    });
  }

  /** How many requests the waiting scripts still serve. */
  pendingScripts(): Promise<number> {
    return this.store.read(({ scripts }) => scripts.reduce((sum, { times }) => sum + times, 0));
  }

  /** Resolves with the first call, past or future, that satisfies the predicate, without a timeout. */
  waitForCall(predicate: (call: StripeCall) => boolean): Promise<StripeCall> {
    return this.log.waitFor(predicate);
  }

  /** Forgets the calls. */
  forgetCalls(): void {
    this.log.clear();
  }

  /** Events are delivered soon after their cause. A caller that needs them delivered calls settle(). */
  protected override changed(): void {
    this.inBackground(() => this.deliverer.drain());
  }

  /** An unavailable database is reported once, not every second. */
  private inBackground(work: () => Promise<void>): void {
    const done = work().then(
      () => {
        this.failing = false;
      },
      (error: unknown) => {
        if (!this.failing) this.report(error);
        this.failing = true;
      },
    );
    this.background = this.background.then(() => done);
  }
}
