import type Stripe from 'stripe';
import { lookUp } from '../billing/lookup.js';
import { releaseSchedule } from '../billing/schedules.js';
import type { World } from '../billing/world.js';
import { boolean, paramsOf } from '../wire/params.js';
import { route } from './api-route.js';

/** https://docs.stripe.com/api/subscription_schedules */
export const scheduleRoutes = [
  route(
    'GET',
    '/v1/subscription_schedules/:id',
    paramsOf<Stripe.SubscriptionScheduleRetrieveParams>()({}),
    (world, _, id) => one(world, id),
  ),
  route(
    'POST',
    '/v1/subscription_schedules/:id/release',
    paramsOf<Stripe.SubscriptionScheduleReleaseParams>()({ preserve_cancel_date: boolean().optional() }),
    (world, { preserve_cancel_date: keeps }, id) => releaseSchedule(world, one(world, id), keeps ?? false),
  ),
];

const one = (world: World, id: string) => lookUp(world.state.schedules, 'subscription_schedule', id);
