import { SANDBOX_API_VERSION, SANDBOX_STRIPE_KEY } from '../sandbox-keys.js';
import { StripeApiError } from './stripe-api.error.js';

/** Checks the key, as bearer token or as the user of Basic. @throws StripeApiError 401 */
export function checkApiKey(authorization: string | undefined): void {
  const key = keyIn(authorization);
  if (key === SANDBOX_STRIPE_KEY) return;
  throw new StripeApiError(
    401,
    key === null
      ? "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/."
      : `Invalid API Key provided: ${masked(key)}`,
  );
}

/**
 * The sandbox has the shapes of one version only; returning them for another version would hide a mistake.
 * @throws StripeApiError 400
 */
export function checkApiVersion(version: string | string[] | undefined): void {
  if (version === undefined || version === SANDBOX_API_VERSION) return;
  throw new StripeApiError(
    400,
    `Invalid Stripe API version: ${String(version)}. The sandbox speaks ${SANDBOX_API_VERSION} only.`,
  );
}

function keyIn(authorization = ''): string | null {
  const [, scheme = '', value = ''] = /^(\S+)\s+(\S+)$/.exec(authorization) ?? [];
  if (/^bearer$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return null;
  return Buffer.from(value, 'base64').toString().split(':', 1)[0] ?? null;
}

/** Masked: enough to recognise the key, not enough to use it. */
const masked = (key: string): string =>
  key.length > 12
    ? `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}`
    : '*'.repeat(key.length);
