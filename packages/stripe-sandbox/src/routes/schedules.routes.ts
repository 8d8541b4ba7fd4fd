import type Stripe from 'stripe';
import { lookUp } from '../billing/lookup.js';
import { releaseSchedule } from '../billing/schedules.js';
import type { StripeAccount } from '../billing/stripe-account.js';
import { boolean, paramsOf } from '../wire/params.js';
import { route } from './api-route.js';

/** https://docs.stripe.com/api/subscription_schedules */
export const scheduleRoutes = [
  route(
    'GET',
    '/v1/subscription_schedules/:id',
    paramsOf<Stripe.SubscriptionScheduleRetrieveParams>()({}),
    (account, _, id) => one(account, id),
  ),
  route(
    'POST',
    '/v1/subscription_schedules/:id/release',
    paramsOf<Stripe.SubscriptionScheduleReleaseParams>()({ preserve_cancel_date: boolean().optional() }),
    (account, { preserve_cancel_date: keeps }, id) =>
      releaseSchedule(account, one(account, id), keeps ?? false),
  ),
];

const one = (account: StripeAccount, id: string) =>
  lookUp(account.state.schedules, 'subscription_schedule', id);
