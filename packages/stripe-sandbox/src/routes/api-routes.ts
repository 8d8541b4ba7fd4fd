import { accountRoutes } from './account.routes.js';
import type { ApiRoute } from './api-route.js';
import { checkoutRoutes } from './checkout.routes.js';
import { customerRoutes } from './customers.routes.js';
import { eventRoutes } from './events.routes.js';
import { invoiceRoutes } from './invoices.routes.js';
import { paymentRoutes } from './payments.routes.js';
import { portalRoutes } from './portal.routes.js';
import { priceRoutes } from './prices.routes.js';
import { scheduleRoutes } from './schedules.routes.js';
import { subscriptionRoutes } from './subscriptions.routes.js';

/** Everything that a product with a subscription calls. */
export const API_ROUTES: readonly ApiRoute[] = [
  ...customerRoutes,
  ...priceRoutes,
  ...checkoutRoutes,
  ...subscriptionRoutes,
  ...scheduleRoutes,
  ...invoiceRoutes,
  ...paymentRoutes,
  ...portalRoutes,
  ...eventRoutes,
  ...accountRoutes,
];
