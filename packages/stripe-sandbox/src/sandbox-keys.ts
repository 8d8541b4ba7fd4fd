/** The one secret key that the sandbox takes; it opens nothing else. A real key sent here is refused, so it is noticed. */
export const SANDBOX_STRIPE_KEY = 'sk_test_sandbox';

/** The sandbox's default secret for webhooks. */
export const SANDBOX_WEBHOOK_SECRET = 'whsec_sandbox';

/** What is on sale from the first moment on. */
export const SANDBOX_PRO_PRODUCT_ID = 'prod_sandbox_pro';
export const SANDBOX_PRO_PRICE_ID = 'price_sandbox_pro_monthly';
export const SANDBOX_PRO_YEARLY_PRICE_ID = 'price_sandbox_pro_yearly';

/** The one version of the API whose shapes the sandbox gives: the SDK's own. */
export const SANDBOX_API_VERSION = '2026-10-28.endive';
