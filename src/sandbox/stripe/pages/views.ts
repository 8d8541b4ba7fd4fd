import { find, type Invoice, newestFirst, type StripeSandbox } from '@chat-backend/stripe-sandbox';
import type { CheckoutView } from './checkout-page.js';
import type { PortalView } from './portal-page.js';

/** Newest invoices shown: more than a phone's screen holds. */
const MAX_INVOICES = 24;

export const checkoutView = (sandbox: StripeSandbox, id: string): Promise<CheckoutView | null> =>
  sandbox.look((state) => {
    const [session, order] = [find(state.sessions, id), find(state.orders, id)];
    if (!session || !order) return null;
    const names = order.lines.map(({ price }) => state.products[price?.product ?? '']?.name ?? 'A product');
    return { session, order, names };
  });

export const portalView = (sandbox: StripeSandbox, id: string): Promise<PortalView | null> =>
  sandbox.look((state) => {
    const session = find(state.portalSessions, id);
    const customer = state.customers[session?.customer ?? ''];
    if (!session || !customer) return null;
    const ofCustomer = (each: { customer: string | null }): boolean => each.customer === customer.id;
    return {
      session,
      customer,
      subscriptions: newestFirst(state.subscriptions).filter(ofCustomer),
      invoices: newestFirst(state.invoices).filter(ofCustomer).slice(0, MAX_INVOICES),
      card: state.wallets[customer.id]?.behaviour ?? 'works',
      names: Object.fromEntries(Object.values(state.products).map((each) => [each.id, each.name])),
    };
  });

export const invoiceView = (sandbox: StripeSandbox, id: string): Promise<Invoice | null> =>
  sandbox.look((state) => find(state.invoices, id) ?? null);
