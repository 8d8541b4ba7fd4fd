import { AdjustableClock } from '../platform/clock/clock.js';
import type { StripeSettings } from '../platform/config/config.js';
import { Logger } from '@nestjs/common';
import { TimeoutError, withTimeout } from '../platform/concurrency/with-timeout.js';
import type { SandboxProvider } from '../platform/config/sandbox-providers.js';
import { GeminiSandbox, SANDBOX_API_KEY } from '@chat-backend/gemini-sandbox';
import {
  MemoryStripeStore,
  SANDBOX_PRO_PRICE_ID,
  SANDBOX_PRO_YEARLY_PRICE_ID,
  SANDBOX_STRIPE_KEY,
  SANDBOX_WEBHOOK_SECRET,
  StripeSandbox,
  type StripeStore,
} from '@chat-backend/stripe-sandbox';

/** Placeholder of the Stripe sandbox's address before it listens. */
const NOWHERE = 'http://stripe-sandbox.invalid';

/** Shorter than the 30 s after which proxies and HTTP clients give up. */
const SETTLE_MS = 25_000;

const logger = new Logger('SandboxStripe');

/** The local stand-ins of one process. */
export class Sandbox {
  readonly clock = new AdjustableClock();
  /** Null with a real model. */
  readonly gemini: GeminiSandbox | null;
  /** Null with real Stripe or BILLING=off. */
  readonly stripe: StripeSandbox | null;
  private pagesUrl = NOWHERE;
  private isListening = false;

  constructor(
    readonly providers: readonly SandboxProvider[],
    stripeStore: () => StripeStore = () => new MemoryStripeStore(),
  ) {
    this.gemini = providers.includes('llm') ? new GeminiSandbox() : null;
    this.stripe = providers.includes('billing')
      ? new StripeSandbox({
          clock: this.clock,
          store: stripeStore(),
          pagesUrl: () => this.pagesUrl,
          warn: (message) => logger.warn(message),
        })
      : null;
  }

  /** Address of the Gemini sandbox for the language model's client. */
  get geminiEndpoint(): { baseUrl: string; apiKey: string } | null {
    return this.gemini && { baseUrl: this.gemini.url, apiKey: SANDBOX_API_KEY };
  }

  /** Address of the Stripe sandbox for Stripe's client. */
  get stripeEndpoint(): StripeSettings | null {
    return (
      this.stripe && {
        secretKey: SANDBOX_STRIPE_KEY,
        webhookSecrets: [SANDBOX_WEBHOOK_SECRET],
        pricesPro: [SANDBOX_PRO_PRICE_ID, SANDBOX_PRO_YEARLY_PRICE_ID],
        apiBase: this.isListening ? this.stripe.url : NOWHERE,
      }
    );
  }

  /** Starts the stand-ins on loopback. */
  async listen(): Promise<void> {
    await this.gemini?.listen();
    await this.stripe?.listen();
    this.isListening = true;
  }

  /**
   * Called when the API listens: its address serves the sandbox's pages and receives events.
   * @param url its address on this machine
   * @param publicUrl its address for browsers
   */
  async serveAt(url: string, publicUrl: string): Promise<void> {
    this.pagesUrl = `${publicUrl}/sandbox/stripe`;
    await this.stripe?.webhooks.deliverTo(`${url}/webhook/stripe`);
  }

  /**
   * Moves the time forward and runs everything that becomes due. Returns after {@link SETTLE_MS} even if renewals and
   * webhooks are still to come: a year of many subscriptions takes minutes, and the rest happens in the background.
   */
  async advance(seconds: number): Promise<void> {
    this.clock.advance(seconds * 1000);
    if (!this.stripe) return;
    await withTimeout(this.stripe.settle(), SETTLE_MS).catch((error: unknown) => {
      if (!(error instanceof TimeoutError)) throw error;
      logger.warn('the clock was moved, and Stripe events of the time between are still being delivered');
    });
  }

  async stop(): Promise<void> {
    await this.gemini?.close();
    await this.stripe?.close();
  }
}
