import type Stripe from 'stripe';
import { z } from 'zod';
import { lookUp } from '../billing/lookup.js';
import { sellablePrice } from '../billing/prices.js';
import { intervalOf, isOver, mainItem, periodEndOf } from '../billing/subscription-facts.js';
import {
  cancelSubscription,
  createSubscription,
  pauseSubscription,
  resumeSubscription,
  updateSubscription,
} from '../billing/subscriptions.js';
import { walletOf } from '../billing/wallets.js';
import type { StripeAccount } from '../billing/stripe-account.js';
import type { Subscription } from '../state/kept.js';
import { listPage, newestFirst } from '../wire/listing.js';
import {
  boolean,
  clearable,
  integer,
  isWithin,
  metadata,
  oneOf,
  paging,
  paramsOf,
  range,
  searching,
  text,
} from '../wire/params.js';
import { searchPage } from '../wire/search.js';
import { StripeApiError } from '../wire/stripe-api.error.js';
import { route } from './api-route.js';

const STATUSES = [
  'active',
  'all',
  'canceled',
  'ended',
  'incomplete',
  'incomplete_expired',
  'past_due',
  'paused',
  'trialing',
  'unpaid',
] as const;
const FEEDBACK = [
  '',
  'customer_service',
  'low_quality',
  'missing_features',
  'other',
  'switched_service',
  'too_complex',
  'too_expensive',
  'unused',
] as const;
const DAY_SECONDS = 86_400;
const FIELDS = { texts: ['status'], numbers: ['created'] };

const item = paramsOf<Stripe.SubscriptionUpdateParams.Item>()({
  id: text().optional(),
  price: text().optional(),
  quantity: integer({ min: 1 }).optional(),
});
const proration = oneOf(['always_invoice', 'create_prorations', 'none']).optional();
const behavior = oneOf([
  'allow_incomplete',
  'default_incomplete',
  'error_if_incomplete',
  'pending_if_incomplete',
]);
const details = paramsOf<Stripe.SubscriptionUpdateParams.CancellationDetails>()({
  comment: clearable().optional(),
  feedback: oneOf(FEEDBACK).optional(),
});
const now = z.literal('now');
const nothing = z.literal('').transform(() => null);

const create = paramsOf<Stripe.SubscriptionCreateParams>()({
  customer: text(),
  items: z.array(item).min(1).max(20),
  metadata: metadata().optional(),
  description: clearable(500).optional(),
  trial_period_days: integer({ min: 1, max: 730 }).optional(),
  trial_end: z.union([now, integer()]).optional(),
  payment_behavior: behavior.optional(),
  default_payment_method: text().optional(),
  off_session: boolean().optional(),
});
const update = paramsOf<Stripe.SubscriptionUpdateParams>()({
  cancel_at_period_end: boolean().optional(),
  cancel_at: z.union([nothing, z.enum(['min_period_end', 'max_period_end']), integer()]).optional(),
  cancellation_details: details.optional(),
  metadata: metadata().optional(),
  description: clearable(500).optional(),
  default_payment_method: text().optional(),
  items: z.array(item).optional(),
  pause_collection: z
    .union([
      nothing,
      paramsOf<Stripe.SubscriptionUpdateParams.PauseCollection>()({
        behavior: oneOf(['keep_as_draft', 'mark_uncollectible', 'void']),
        resumes_at: integer().optional(),
      }),
    ])
    .optional(),
  payment_behavior: behavior.optional(),
  proration_behavior: proration,
  trial_end: z.union([now, integer()]).optional(),
});

/** https://docs.stripe.com/api/subscriptions */
export const subscriptionRoutes = [
  route('POST', '/v1/subscriptions', create, createFrom),
  route(
    'GET',
    '/v1/subscriptions',
    paramsOf<Stripe.SubscriptionListParams>()({
      ...paging,
      customer: text().optional(),
      price: text().optional(),
      status: oneOf(STATUSES).optional(),
      created: range().optional(),
      current_period_start: range().optional(),
      current_period_end: range().optional(),
    }),
    (
      account,
      { customer, price, status, created, current_period_start: start, current_period_end: end, ...page },
    ) => {
      const wanted = newestFirst(account.state.subscriptions).filter(
        (each) =>
          hasStatus(each, status) &&
          (customer === undefined || each.customer === customer) &&
          (price === undefined || each.items.data.some((item) => item.price.id === price)) &&
          (!created || isWithin(each.created, created)) &&
          (!start || isWithin(mainItem(each).current_period_start, start)) &&
          (!end || isWithin(periodEndOf(each), end)),
      );
      return listPage('/v1/subscriptions', wanted, page);
    },
  ),
  route(
    'GET',
    '/v1/subscriptions/search',
    paramsOf<Stripe.SubscriptionSearchParams>()(searching),
    (account, query) =>
      searchPage('/v1/subscriptions/search', newestFirst(account.state.subscriptions), FIELDS, query),
  ),
  route('GET', '/v1/subscriptions/:id', paramsOf<Stripe.SubscriptionRetrieveParams>()({}), (account, _, id) =>
    one(account, id),
  ),
  route('POST', '/v1/subscriptions/:id', update, (account, params, id) => {
    const { items, payment_behavior: _behavior, proration_behavior: _proration, ...changes } = params;
    const priced = items?.map(({ price, ...rest }, index) => ({
      ...rest,
      ...(price !== undefined && { price: sellablePrice(account, price, `items[${index}][price]`) }),
    }));
    return updateSubscription(account, one(account, id), { ...changes, ...(priced && { items: priced }) });
  }),
  route(
    'DELETE',
    '/v1/subscriptions/:id',
    paramsOf<Stripe.SubscriptionCancelParams>()({
      cancellation_details: details.optional(),
      invoice_now: boolean().optional(),
      prorate: boolean().optional(),
    }),
    (account, { cancellation_details: why }, id) => cancelSubscription(account, one(account, id), why),
  ),
  route(
    'POST',
    '/v1/subscriptions/:id/pause',
    paramsOf<Stripe.SubscriptionPauseParams>()({ type: oneOf(['subscription']).optional() }),
    (account, _, id) => {
      const subscription = one(account, id);
      if (subscription.status !== 'active' && subscription.status !== 'trialing')
        throw StripeApiError.invalid('id', `A subscription that is ${subscription.status} cannot be paused.`);
      pauseSubscription(account, subscription);
      return subscription;
    },
  ),
  route(
    'POST',
    '/v1/subscriptions/:id/resume',
    paramsOf<Stripe.SubscriptionResumeParams>()({
      billing_cycle_anchor: paramsOf<Stripe.SubscriptionResumeParams.BillingCycleAnchor>()({
        type: oneOf(['now', 'unchanged']),
      }).optional(),
      payment_behavior: oneOf(['resume_on_payment_attempt']).optional(),
      proration_behavior: proration,
      proration_date: integer().optional(),
    }),
    (account, { billing_cycle_anchor: anchor }, id) =>
      resumeSubscription(account, one(account, id), anchor?.type ?? 'now'),
  ),
];

const one = (account: StripeAccount, id: string): Subscription =>
  lookUp(account.state.subscriptions, 'subscription', id);

/** Without a status a list omits cancelled subscriptions. */
function hasStatus(subscription: Subscription, status: (typeof STATUSES)[number] | undefined): boolean {
  if (status === undefined) return subscription.status !== 'canceled';
  if (status === 'all') return true;
  return status === 'ended' ? isOver(subscription) : subscription.status === status;
}

function createFrom(account: StripeAccount, params: z.output<typeof create>): object {
  lookUp(account.state.customers, 'customer', params.customer, 'customer');
  const items = params.items.map(({ price, quantity }, index) => {
    if (price === undefined)
      throw StripeApiError.invalid(
        `items[${index}][price]`,
        `Missing required param: items[${index}][price].`,
        'parameter_missing',
      );
    return { price: sellablePrice(account, price, `items[${index}][price]`), quantity: quantity ?? 1 };
  });
  const first = intervalOf(items[0]!.price);
  if (items.some(({ price }) => intervalOf(price).interval !== first.interval))
    throw StripeApiError.invalid(
      'items',
      'Currently, all items of a subscription must have the same billing interval.',
    );
  const { trial_end: end, trial_period_days: days } = params;
  const trialEnd =
    days !== undefined ? account.now + days * DAY_SECONDS : typeof end === 'number' ? end : null;
  const asked = params.payment_behavior ?? 'allow_incomplete';
  return createSubscription(
    account,
    {
      customer: params.customer,
      items,
      metadata: params.metadata ?? {},
      description: params.description ?? null,
      trialEnd,
      paymentMethod:
        params.default_payment_method ?? walletOf(account, params.customer).paymentMethod?.id ?? null,
    },
    asked === 'pending_if_incomplete' ? 'allow_incomplete' : asked,
  );
}
