import type Stripe from 'stripe';
import { HANDLED_EVENTS } from '../../billing/stripe/event-kinds.js';
import { API_VERSION } from '../../billing/stripe/stripe-api.js';
import { failed, fix, ok, skipped, warning, type Finding } from './check.js';

/** The mode of the key, which is the part of the account that the product works on. */
export interface StripeMode {
  isLive: boolean;
  production: boolean;
}

const dashboard = (isLive: boolean, path: string) =>
  `https://dashboard.stripe.com/${isLive ? '' : 'test/'}${path}`;

export const simulatedStripe = (): Finding =>
  skipped(
    'simulated: the Stripe sandbox takes the payments',
    fix('STRIPE_SECRET_KEY', 'create a key', 'https://dashboard.stripe.com/apikeys'),
  );

/** Judges an accepted key by its mode. */
export function verdictOfMode({ isLive, production }: StripeMode, isRestricted: boolean): Finding {
  const fact = `a ${isRestricted ? 'restricted' : 'secret'} key of ${isLive ? 'live' : 'test'} mode is accepted`;
  if (isLive && !production)
    return warning(
      `${fact}, outside production: payments are real`,
      fix('STRIPE_SECRET_KEY', 'use a key of test mode', dashboard(false, 'apikeys')),
    );
  if (!isLive && production)
    return warning(
      `${fact}, in production: no money moves`,
      fix('STRIPE_SECRET_KEY', 'use a live key', dashboard(true, 'apikeys')),
    );
  return ok(fact);
}

/**
 * Judges a price of STRIPE_PRICE_PRO_ID.
 * @param isOffered true for the first one; the others only have to exist, because a subscription may still have them
 */
export function verdictOfPrice(
  price: Pick<Stripe.Price, 'active' | 'recurring' | 'currency' | 'unit_amount' | 'livemode'>,
  product: { active: boolean; name: string } | null,
  { isLive, isOffered }: { isLive: boolean; isOffered: boolean },
): Finding {
  const page = dashboard(isLive, 'products');
  const change = (text: string) => fix('STRIPE_PRICE_PRO_ID', text, page);
  if (price.recurring === null)
    return failed('is paid once', change('name a recurring price: a subscription needs one'));
  const every = `${price.recurring.interval_count === 1 ? '' : `${price.recurring.interval_count} `}${price.recurring.interval}`;
  const fact = `${amountOf(price)} every ${every}${product ? `, ${product.name}` : ''}`;
  if (price.active && product?.active !== false) return ok(fact);
  const what = price.active ? 'its product is archived' : 'it is archived';
  if (!isOffered) return ok(`${fact}; ${what}, which its subscribers do not notice`);
  return failed(`${fact}; ${what}: it cannot be bought`, change('activate it, or put another one first'));
}

function amountOf({ unit_amount: cents, currency }: Pick<Stripe.Price, 'unit_amount' | 'currency'>): string {
  if (cents === null) return `a metered amount in ${currency}`;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(cents / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

export type WebhookEndpoint = Pick<
  Stripe.WebhookEndpoint,
  'url' | 'status' | 'enabled_events' | 'api_version'
>;

/** Judges the endpoints of the account for the address at which the product receives events. */
export function verdictOfEndpoints(
  endpoints: WebhookEndpoint[],
  appUrl: string | null,
  { isLive, production }: StripeMode,
): Finding {
  const page = dashboard(isLive, 'webhooks');
  if (appUrl === null)
    return skipped('APP_URL is not set: `stripe listen` brings the events', fix('APP_URL', 'set it', page));
  const url = `${appUrl}/webhook/stripe`;
  const own = endpoints.filter((endpoint) => endpoint.url === url);
  const [endpoint] = own.toSorted((a, b) => Number(b.status === 'enabled') - Number(a.status === 'enabled'));
  const create = fix('APP_URL', `create an endpoint for ${url} at Stripe`, page);
  if (!endpoint) return production ? failed(`none has ${url}`, create) : warning(`none has ${url}`, create);
  if (endpoint.status !== 'enabled')
    return failed(`${url} is ${endpoint.status}`, fix([], 'enable it at Stripe', page));
  const missing = missingEvents(endpoint.enabled_events);
  if (missing.length > 0)
    return failed(
      `${url} does not get ${missing.length} of ${HANDLED_EVENTS.length} events: ${missing.join(', ')}`,
      fix([], 'add these events to the endpoint at Stripe', page),
    );
  if (own.length > 1)
    return warning(
      `${own.length} endpoints have ${url}: each event comes ${own.length} times`,
      fix([], 'delete the others', page),
    );
  if (endpoint.api_version !== null && endpoint.api_version !== API_VERSION)
    return warning(
      `${url} gets API version ${endpoint.api_version}; the product calls ${API_VERSION}`,
      fix([], 'create the endpoint again with this version', page),
    );
  return ok(`${url} gets all ${HANDLED_EVENTS.length} events`);
}

/** The events that the product handles and the endpoint does not get. */
export const missingEvents = (enabled: readonly string[]): string[] =>
  enabled.includes('*') ? [] : HANDLED_EVENTS.filter((type) => !enabled.includes(type));

/** The shortest secret that Stripe issues has 32 characters after its prefix. */
const SHORTEST_SECRET = 'whsec_'.length + 32;

/** Judges the form of STRIPE_WEBHOOK_SECRET; Stripe shows it once and compares it with nothing. */
export function verdictOfSecretForm(secrets: string[]): Finding | null {
  const page = 'https://docs.stripe.com/webhooks#roll-endpoint-secrets';
  if (secrets.some((secret) => secret.length < SHORTEST_SECRET))
    return warning(
      'shorter than a secret of Stripe: a part of it is missing',
      fix('STRIPE_WEBHOOK_SECRET', 'copy it again from the endpoint', page),
    );
  if (secrets.length > 2)
    return warning(
      `${secrets.length} secrets are accepted`,
      fix('STRIPE_WEBHOOK_SECRET', 'remove those of ended rotations', page),
    );
  return null;
}

/** Judges the answer of the running product to an event that is signed with STRIPE_WEBHOOK_SECRET. */
export function verdictOfSignedEvent(status: number, url: string): Finding {
  if (status === 200) return ok(`the product at ${url} accepts an event that is signed with it`);
  if (status === 400)
    return failed(
      `the product at ${url} refuses an event that is signed with it`,
      fix('STRIPE_WEBHOOK_SECRET', 'give the API processes the same secret, and the same time'),
    );
  return warning(
    `${url} answers ${status}`,
    fix('APP_URL', 'let the proxy pass /webhook/stripe to the API, unchanged', 'docs/deploy.md'),
  );
}

type Portal = Pick<Stripe.BillingPortal.Configuration, 'features'>;

/** Judges the default settings of the customer portal; without them it cannot be opened. */
export function verdictOfPortal(configuration: Portal | undefined, isLive: boolean): Finding {
  const page = dashboard(isLive, 'settings/billing/portal');
  if (!configuration)
    return failed(
      `it has no settings in ${isLive ? 'live' : 'test'} mode: POST /subscription/portal answers 503`,
      fix([], 'open the page and press Save', page),
    );
  const { subscription_cancel: cancel, payment_method_update: card } = configuration.features;
  if (!cancel.enabled || !card.enabled)
    return warning(
      `customers cannot ${[!cancel.enabled && 'cancel', !card.enabled && 'change their card'].filter(Boolean).join(' or ')} in it`,
      fix([], 'switch it on in the settings of the portal', page),
    );
  return ok('customers can cancel and change their card in it');
}

export function verdictOfTax(status: string, isLive: boolean): Finding {
  if (status === 'active') return ok('Stripe Tax is active');
  return failed(
    `Stripe Tax is ${status}: every checkout would be refused`,
    fix(
      'STRIPE_AUTOMATIC_TAX',
      'enter the head office’s address at Stripe, or set off',
      dashboard(isLive, 'settings/tax'),
    ),
  );
}

type Refusal = Pick<InstanceType<typeof Stripe.errors.StripeError>, 'type' | 'code' | 'statusCode'>;

/** Judges a call that Stripe refused. @param what the setting that the call is about */
export function verdictOfRefusal(
  { code, statusCode }: Refusal,
  { variable, what, isLive }: { variable: string; what: string; isLive: boolean },
): Finding {
  const mode = isLive ? 'live' : 'test';
  if (statusCode === 401)
    return failed(
      `Stripe refuses the key (${code ?? statusCode})`,
      fix('STRIPE_SECRET_KEY', 'enter a valid key', dashboard(isLive, 'apikeys')),
    );
  if (statusCode === 403)
    return warning(
      `the restricted key may not read ${what}`,
      fix(
        'STRIPE_SECRET_KEY',
        `give it the right to read ${what}, or check it at Stripe`,
        dashboard(isLive, 'apikeys'),
      ),
    );
  if (code === 'resource_missing')
    return failed(
      `Stripe has no ${what} in ${mode} mode`,
      fix(
        variable,
        `name one of ${mode} mode: the other mode has objects of its own`,
        dashboard(isLive, 'products'),
      ),
    );
  return failed(
    `Stripe refuses the call (${code ?? statusCode ?? 'no code'})`,
    fix(variable, 'check it at Stripe', dashboard(isLive, '')),
  );
}
