import type Stripe from 'stripe';
import { lookUp } from '../billing/lookup.js';
import { refundCharge } from '../billing/refunds.js';
import type { StripeAccount } from '../billing/stripe-account.js';
import type { Charge } from '../state/kept.js';
import { listPage, newestFirst } from '../wire/listing.js';
import { integer, isWithin, metadata, oneOf, paging, paramsOf, range, text } from '../wire/params.js';
import { StripeApiError } from '../wire/stripe-api.error.js';
import { route } from './api-route.js';

const nothing = paramsOf<Stripe.ChargeRetrieveParams>()({});
const ofPayment = {
  ...paging,
  charge: text().optional(),
  payment_intent: text().optional(),
  created: range().optional(),
};

/** Charges, payment intents, refunds and disputes: https://docs.stripe.com/api */
export const paymentRoutes = [
  route(
    'GET',
    '/v1/charges',
    paramsOf<Stripe.ChargeListParams>()({
      ...paging,
      customer: text().optional(),
      payment_intent: text().optional(),
      created: range().optional(),
    }),
    (account, { customer, payment_intent: intent, created, ...page }) => {
      const wanted = newestFirst(account.state.charges).filter(
        (charge) =>
          (customer === undefined || charge.customer === customer) &&
          (intent === undefined || charge.payment_intent === intent) &&
          (!created || isWithin(charge.created, created)),
      );
      return listPage('/v1/charges', wanted, page);
    },
  ),
  route('GET', '/v1/charges/:id', nothing, (account, _, id) => lookUp(account.state.charges, 'charge', id)),
  route('GET', '/v1/payment_intents/:id', nothing, (account, _, id) =>
    lookUp(account.state.paymentIntents, 'payment_intent', id),
  ),
  route(
    'POST',
    '/v1/refunds',
    paramsOf<Stripe.RefundCreateParams>()({
      charge: text().optional(),
      payment_intent: text().optional(),
      amount: integer({ min: 1 }).optional(),
      reason: oneOf(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
      metadata: metadata().optional(),
    }),
    (account, { charge, payment_intent: intent, ...refund }) =>
      refundCharge(account, chargeToRefund(account, charge, intent), refund),
  ),
  route(
    'GET',
    '/v1/refunds',
    paramsOf<Stripe.RefundListParams>()(ofPayment),
    (account, { created, ...query }) => listOf('/v1/refunds', account.state.refunds, query, created),
  ),
  route('GET', '/v1/refunds/:id', nothing, (account, _, id) => lookUp(account.state.refunds, 'refund', id)),
  route(
    'GET',
    '/v1/disputes',
    paramsOf<Stripe.DisputeListParams>()(ofPayment),
    (account, { created, ...query }) => listOf('/v1/disputes', account.state.disputes, query, created),
  ),
  route('GET', '/v1/disputes/:id', nothing, (account, _, id) =>
    lookUp(account.state.disputes, 'dispute', id),
  ),
];

function chargeToRefund(
  account: StripeAccount,
  charge: string | undefined,
  intent: string | undefined,
): Charge {
  if (charge !== undefined) return lookUp(account.state.charges, 'charge', charge, 'charge');
  if (intent === undefined)
    throw new StripeApiError(
      400,
      'One of the following params should be provided for this request: payment_intent or charge.',
      {
        code: 'parameter_missing',
        param: 'charge',
      },
    );
  const { latest_charge: latest } = lookUp(
    account.state.paymentIntents,
    'payment_intent',
    intent,
    'payment_intent',
  );
  const found = account.state.charges[latest ?? ''];
  if (found) return found;
  throw StripeApiError.invalid(
    'payment_intent',
    `This PaymentIntent (${intent}) does not have a successful charge to refund.`,
  );
}

function listOf<
  T extends { id: string; charge: string | null; payment_intent: string | null; created: number },
>(
  url: string,
  table: Record<string, T>,
  query: {
    charge?: string;
    payment_intent?: string;
    limit?: number;
    starting_after?: string;
    ending_before?: string;
  },
  created: Parameters<typeof isWithin>[1] | undefined,
): object {
  const { charge, payment_intent: intent, ...page } = query;
  const wanted = newestFirst(table).filter(
    (each) =>
      (charge === undefined || each.charge === charge) &&
      (intent === undefined || each.payment_intent === intent) &&
      (!created || isWithin(each.created, created)),
  );
  return listPage(url, wanted, page);
}
