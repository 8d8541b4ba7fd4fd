import type { Metadata, Price, Subscription, SubscriptionItem } from '../state/kept.js';
import { newStripeId } from '../state/stripe-id.js';
import { addIntervals } from './period.js';
import { NO_DETAILS } from './subscription-end.js';
import { intervalOf } from './subscription-facts.js';
import type { StripeAccount } from './stripe-account.js';

/** The ordered subscription. */
export interface SubscriptionOrder {
  customer: string;
  items: { price: Price; quantity: number }[];
  metadata: Metadata;
  description?: string | null;
  /** Null: no trial. */
  trialEnd: number | null;
  missingPaymentMethod?: 'cancel' | 'create_invoice' | 'pause';
  paymentMethod: string | null;
}

/** Creates a subscription that is on trial or waits for its first payment, and emits its event. */
export function startSubscription(account: StripeAccount, order: SubscriptionOrder): Subscription {
  const { customer, items, metadata, trialEnd } = order;
  const id = newStripeId('sub');
  const start = account.now;
  const anchor = trialEnd ?? start;
  const subscription: Subscription = {
    id,
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: anchor,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible', updated_at: start },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { ...NO_DETAILS },
    collection_method: 'charge_automatically',
    created: start,
    currency: items[0]!.price.currency,
    customer,
    customer_account: null,
    days_until_due: null,
    default_payment_method: order.paymentMethod,
    default_source: null,
    default_tax_rates: [],
    description: order.description ?? null,
    discounts: [],
    ended_at: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    items: {
      object: 'list',
      data: items.map(({ price, quantity }) =>
        newItem(id, start, price, quantity, trialEnd ?? addIntervals(anchor, intervalOf(price), 1)),
      ),
      has_more: false,
      url: `/v1/subscription_items?subscription=${id}`,
    },
    latest_invoice: null,
    livemode: false,
    managed_payments: null,
    metadata: { ...metadata },
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: 'off',
    },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: start,
    status: trialEnd === null ? 'incomplete' : 'trialing',
    test_clock: null,
    transfer_data: null,
    trial_end: trialEnd,
    trial_settings: {
      end_behavior: {
        billing_cycle_anchor: null,
        missing_payment_method: order.missingPaymentMethod ?? 'create_invoice',
      },
    },
    trial_start: trialEnd === null ? null : start,
  };
  account.state.subscriptions[id] = subscription;
  account.state.plans[id] = { trialEndTold: false };
  const owner = account.state.customers[customer];
  if (owner) owner.currency ??= subscription.currency;
  account.emit('customer.subscription.created', subscription);
  return subscription;
}

/** `plan`, the old form of a price, which every item still has. */
export function planOf(price: Price): SubscriptionItem['plan'] {
  const recurring = intervalOf(price);
  return {
    id: price.id,
    object: 'plan',
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: 'per_unit',
    created: price.created,
    currency: price.currency,
    interval: recurring.interval as 'day' | 'week' | 'month' | 'year',
    interval_count: recurring.interval_count,
    livemode: false,
    metadata: {},
    meter: null,
    nickname: price.nickname,
    product: price.product,
    tiers_mode: null,
    transform_usage: null,
    trial_period_days: null,
    usage_type: 'licensed',
  };
}

function newItem(
  subscription: string,
  start: number,
  price: Price,
  quantity: number,
  end: number,
): SubscriptionItem {
  return {
    id: newStripeId('si', 14),
    object: 'subscription_item',
    billing_thresholds: null,
    created: start,
    current_period_end: end,
    current_period_start: start,
    current_trial: null,
    discounts: [],
    metadata: {},
    plan: planOf(price),
    price: structuredClone(price),
    quantity,
    subscription,
    tax_rates: [],
  };
}
