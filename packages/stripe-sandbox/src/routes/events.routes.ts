import type Stripe from 'stripe';
import { z } from 'zod';
import { lookUp } from '../billing/lookup.js';
import type { StripeAccount } from '../billing/stripe-account.js';
import type { KeptEvent } from '../state/kept.js';
import { listPage, newestFirst } from '../wire/listing.js';
import { boolean, isWithin, paging, paramsOf, range, text } from '../wire/params.js';
import { StripeApiError } from '../wire/stripe-api.error.js';
import { pendingDeliveries } from '../webhooks/pending.js';
import { route } from './api-route.js';

/** As Stripe's own limit is. */
const MAX_TYPES = 20;

/** https://docs.stripe.com/api/events */
export const eventRoutes = [
  route(
    'GET',
    '/v1/events',
    paramsOf<Stripe.EventListParams>()({
      ...paging,
      type: text().optional(),
      types: z.array(text()).max(MAX_TYPES).optional(),
      created: range().optional(),
      delivery_success: boolean().optional(),
    }),
    (account, { type, types, created, delivery_success: success, ...page }) => {
      if (type !== undefined && types !== undefined)
        throw new StripeApiError(400, 'You may only specify one of these parameters: type, types.');
      const wanted = newestFirst(account.state.events).filter(
        (event) =>
          (type === undefined || isOfType(event, type)) &&
          (types === undefined || types.some((each) => isOfType(event, each))) &&
          (!created || isWithin(event.created, created)) &&
          (success === undefined || (pendingDeliveries(account.state, event.id) === 0) === success),
      );
      const list = listPage('/v1/events', wanted, page);
      return { ...list, data: list.data.map((event) => withPendingWebhooks(account, event)) };
    },
  ),
  route('GET', '/v1/events/:id', paramsOf<Stripe.EventRetrieveParams>()({}), (account, _, id) =>
    withPendingWebhooks(account, lookUp(account.state.events, 'event', id)),
  ),
];

/** `invoice.*` is every event of invoices. */
const isOfType = (event: KeptEvent, type: string): boolean =>
  type === '*' || event.type === type || (type.endsWith('.*') && event.type.startsWith(type.slice(0, -1)));

const withPendingWebhooks = (account: StripeAccount, event: KeptEvent): KeptEvent => ({
  ...event,
  pending_webhooks: pendingDeliveries(account.state, event.id),
});
