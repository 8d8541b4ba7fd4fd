import type { StripeState } from './stripe-state.js';

/** The object with this id, of any kind; undefined without one. */
export function objectById(state: StripeState, id: string): object | undefined {
  const tables: Record<string, object>[] = [
    state.customers,
    state.deletedCustomers,
    state.products,
    state.prices,
    state.sessions,
    state.subscriptions,
    state.schedules,
    state.invoices,
    state.invoicePayments,
    state.paymentIntents,
    state.charges,
    state.refunds,
    state.disputes,
  ];
  for (const table of tables) if (Object.hasOwn(table, id)) return table[id];
  return (
    Object.values(state.wallets).find(({ paymentMethod }) => paymentMethod?.id === id)?.paymentMethod ??
    undefined
  );
}
