import Stripe from 'stripe';
import { CallBudget } from '../../billing/stripe/call-budget.js';
import { StripeApi, StripeRefusal, StripeUnavailable } from '../../billing/stripe/stripe-api.js';
import { isLive as isLiveKey } from '../../billing/stripe/stripe-endpoint.js';
import type { Config, StripeSettings } from '../../platform/config/config.js';
import { failed, fix, ok, skipped, type Check, type CheckGroup, type Finding } from './check.js';
import { verdictOfClock, type RemoteTime } from './clock-skew.js';
import { reasonOf } from './reason.js';
import {
  simulatedStripe,
  verdictOfEndpoints,
  verdictOfMode,
  verdictOfPortal,
  verdictOfPrice,
  verdictOfRefusal,
  verdictOfSecretForm,
  verdictOfSignedEvent,
  verdictOfTax,
} from './stripe-verdicts.js';

const SERVICE = 'Stripe';
const KEY = 'key';
/** Of the product's own address: it answers at once, or a proxy holds the request. */
const OWN_ADDRESS_MS = 5000;

/** The checks of Stripe, through the product's own client. They only read. */
export function stripeChecks(config: Config): CheckGroup {
  const { billing, production, http } = config;
  if (!billing.on)
    return { service: SERVICE, checks: [{ name: 'billing', run: () => ok('off: Pro cannot be bought') }] };
  if (billing.stripe === null) return { service: SERVICE, checks: [{ name: KEY, run: simulatedStripe }] };
  const account = new Account(billing.stripe);
  const { isLive } = account;
  const checks: Check[] = [
    {
      name: KEY,
      run: () =>
        account.judge('STRIPE_SECRET_KEY', 'customers', async (ask) => {
          await ask((stripe, options) => stripe.customers.list({ limit: 1 }, options));
          return verdictOfMode({ isLive, production }, account.isRestricted);
        }),
    },
    { name: 'clock', needs: KEY, run: () => verdictOfClock(SERVICE, account.time!) },
    ...billing.stripe.pricesPro.map((id, index) => priceCheck(account, id, index === 0)),
    {
      name: 'webhook endpoint',
      needs: KEY,
      run: () =>
        account.judge('APP_URL', 'webhook endpoints', async (ask) => {
          const { data } = await ask((stripe, options) =>
            stripe.webhookEndpoints.list({ limit: 100 }, options),
          );
          return verdictOfEndpoints(data, http.appUrl, { isLive, production });
        }),
    },
    {
      name: 'webhook secret',
      run: () =>
        verdictOfSecretForm(account.settings.webhookSecrets) ??
        sendSignedEvent(account.settings, http.appUrl),
    },
    {
      name: 'customer portal',
      needs: KEY,
      run: () =>
        account.judge('STRIPE_SECRET_KEY', 'portal configurations', async (ask) => {
          const { data } = await ask((stripe, options) =>
            stripe.billingPortal.configurations.list({ is_default: true, active: true, limit: 1 }, options),
          );
          return verdictOfPortal(data[0], isLive);
        }),
    },
    ...(billing.automaticTax ? [taxCheck(account)] : []),
  ];
  return { service: SERVICE, checks };
}

function priceCheck(account: Account, id: string, isOffered: boolean): Check {
  const run = () =>
    account.judge('STRIPE_PRICE_PRO_ID', 'price of this id', async (ask) => {
      const price = await ask((stripe, options) => stripe.prices.retrieve(id, {}, options));
      const productId = typeof price.product === 'string' ? price.product : price.product.id;
      const product = await ask((stripe, options) => stripe.products.retrieve(productId, {}, options));
      return verdictOfPrice(price, product, { isLive: account.isLive, isOffered });
    });
  return { name: `price ${id}`, needs: KEY, run };
}

const taxCheck = (account: Account): Check => ({
  name: 'tax',
  needs: KEY,
  run: () =>
    account.judge('STRIPE_AUTOMATIC_TAX', 'tax settings', async (ask) => {
      const { status } = await ask((stripe, options) => stripe.tax.settings.retrieve({}, options));
      return verdictOfTax(status, account.isLive);
    }),
});

type Ask = <T>(call: (stripe: Stripe, options: Stripe.RequestOptions) => Promise<T>) => Promise<T>;

/** The account behind the key. */
class Account {
  readonly isLive: boolean;
  readonly isRestricted: boolean;
  /** Time of Stripe's newest answer. */
  time: RemoteTime | null = null;
  private readonly api: StripeApi;

  constructor(readonly settings: StripeSettings) {
    this.api = new StripeApi(settings);
    this.isLive = isLiveKey(settings);
    this.isRestricted = settings.secretKey.startsWith('rk_');
  }

  /** Runs calls, and judges a refusal as one of `what`, which `variable` names. */
  async judge(variable: string, what: string, work: (ask: Ask) => Promise<Finding>): Promise<Finding> {
    try {
      return await work((call) => this.ask(call));
    } catch (error) {
      if (error instanceof StripeRefusal)
        return verdictOfRefusal(error.cause, { variable, what, isLive: this.isLive });
      if (error instanceof StripeUnavailable)
        return failed(
          `cannot be reached: ${reasonOf(error.cause ?? error)}`,
          fix(
            this.settings.apiBase === null ? [] : 'STRIPE_API_BASE',
            'check the network',
            'https://status.stripe.com',
          ),
        );
      throw error;
    }
  }

  private async ask<T>(call: Parameters<StripeApi['ask']>[1]): Promise<T> {
    const askedMs = Date.now();
    const answer = (await this.api.ask(CallBudget.ofJob(), call)) as T;
    const { lastResponse } = answer as { lastResponse?: { headers: Record<string, string> } };
    const remoteMs = Date.parse(lastResponse?.headers['date'] ?? '');
    this.time = { remoteMs, askedMs, answeredMs: Date.now() };
    return answer;
  }
}

/**
 * Sends an event without an id, signed with the first secret, to the product at APP_URL, which acknowledges and ignores
 * it. That proves the way from outside, the secret of the running processes, and their clock.
 */
async function sendSignedEvent({ webhookSecrets }: StripeSettings, appUrl: string | null): Promise<Finding> {
  if (appUrl === null) return skipped('its form is right; APP_URL is not set, so no event was sent');
  const url = `${appUrl}/webhook/stripe`;
  const payload = JSON.stringify({ object: 'event', type: 'doctor.ping' });
  const header = Stripe.webhooks.generateTestHeaderString({ payload, secret: webhookSecrets[0]! });
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': header },
      body: payload,
      redirect: 'manual',
      signal: AbortSignal.timeout(OWN_ADDRESS_MS),
    });
    await response.body?.cancel();
    return verdictOfSignedEvent(response.status, url);
  } catch (error) {
    return skipped(
      `its form is right; nothing answers at ${url} (${reasonOf(error)})`,
      fix('APP_URL', 'start the product, then run the doctor again'),
    );
  }
}
