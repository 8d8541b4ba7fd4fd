import type Stripe from 'stripe';
import { z } from 'zod';
import { cardError, payInvoice } from '../billing/collecting.js';
import { finalizeInvoice, giveUpInvoice, subscriptionOf, voidInvoice } from '../billing/invoices.js';
import { lookUp } from '../billing/lookup.js';
import type { StripeAccount } from '../billing/stripe-account.js';
import type { Invoice } from '../state/kept.js';
import { listPage, newestFirst } from '../wire/listing.js';
import { boolean, isWithin, oneOf, paging, paramsOf, range, text } from '../wire/params.js';
import { KeptRefusal } from '../wire/kept-refusal.js';
import { route } from './api-route.js';

const nothing = paramsOf<Stripe.InvoiceRetrieveParams>()({});

/** https://docs.stripe.com/api/invoices and https://docs.stripe.com/api/invoice-payment */
export const invoiceRoutes = [
  route(
    'GET',
    '/v1/invoices',
    paramsOf<Stripe.InvoiceListParams>()({
      ...paging,
      customer: text().optional(),
      subscription: text().optional(),
      status: oneOf(['draft', 'open', 'paid', 'uncollectible', 'void']).optional(),
      created: range().optional(),
    }),
    (account, { customer, subscription, status, created, ...page }) => {
      const wanted = newestFirst(account.state.invoices).filter(
        (invoice) =>
          (customer === undefined || invoice.customer === customer) &&
          (subscription === undefined || subscriptionOf(invoice) === subscription) &&
          (status === undefined || invoice.status === status) &&
          (!created || isWithin(invoice.created, created)),
      );
      return listPage('/v1/invoices', wanted, page);
    },
  ),
  route('GET', '/v1/invoices/:id', nothing, (account, _, id) => one(account, id)),
  route(
    'GET',
    '/v1/invoices/:id/lines',
    paramsOf<Stripe.InvoiceListLineItemsParams>()(paging),
    (account, page, id) => listPage(`/v1/invoices/${id}/lines`, one(account, id).lines.data, page),
  ),
  act(
    'finalize',
    paramsOf<Stripe.InvoiceFinalizeInvoiceParams>()({ auto_advance: boolean().optional() }),
    finalizeInvoice,
  ),
  act('void', nothing, voidInvoice),
  act('mark_uncollectible', nothing, giveUpInvoice),
  route(
    'POST',
    '/v1/invoices/:id/pay',
    paramsOf<Stripe.InvoicePayParams>()({ off_session: boolean().optional() }),
    (account, _, id) => {
      const invoice = one(account, id);
      // A declined card is reported by the error and by events; the attempt itself is kept.
      if (payInvoice(account, invoice) === 'declined') return new KeptRefusal(cardError());
      return invoice;
    },
  ),
  route(
    'GET',
    '/v1/invoice_payments',
    paramsOf<Stripe.InvoicePaymentListParams>()({
      ...paging,
      invoice: text().optional(),
      status: oneOf(['canceled', 'open', 'paid']).optional(),
      created: range().optional(),
      payment: paramsOf<Stripe.InvoicePaymentListParams.Payment>()({
        type: oneOf(['payment_intent', 'payment_record']),
        payment_intent: text().optional(),
        payment_record: text().optional(),
      }).optional(),
    }),
    (account, { invoice, status, created, payment, ...page }) => {
      const wanted = newestFirst(account.state.invoicePayments).filter(
        (each) =>
          (invoice === undefined || each.invoice === invoice) &&
          (status === undefined || each.status === status) &&
          (payment === undefined || each.payment.payment_intent === payment.payment_intent) &&
          (!created || isWithin(each.created, created)),
      );
      return listPage('/v1/invoice_payments', wanted, page);
    },
  ),
  route('GET', '/v1/invoice_payments/:id', nothing, (account, _, id) =>
    lookUp(account.state.invoicePayments, 'invoice_payment', id),
  ),
];

const one = (account: StripeAccount, id: string): Invoice => lookUp(account.state.invoices, 'invoice', id);

function act<T extends z.ZodType>(
  name: string,
  schema: T,
  run: (account: StripeAccount, invoice: Invoice) => void,
) {
  return route('POST', `/v1/invoices/:id/${name}`, schema, (account, _, id) => {
    const invoice = one(account, id);
    run(account, invoice);
    return invoice;
  });
}
