/**
 * The only secret key that the sandbox accepts; it is valid nowhere else. A real key is refused, so that a wrong
 * configuration is noticed.
 */
export const SANDBOX_STRIPE_KEY = 'sk_test_sandbox';

/** The sandbox's default secret for webhooks. */
export const SANDBOX_WEBHOOK_SECRET = 'whsec_sandbox';

/** The product and prices that exist from the beginning. */
export const SANDBOX_PRO_PRODUCT_ID = 'prod_sandbox_pro';
export const SANDBOX_PRO_PRICE_ID = 'price_sandbox_pro_monthly';
export const SANDBOX_PRO_YEARLY_PRICE_ID = 'price_sandbox_pro_yearly';

/** The only API version whose shapes the sandbox returns: that of the SDK. */
export const SANDBOX_API_VERSION = '2026-10-28.endive';
