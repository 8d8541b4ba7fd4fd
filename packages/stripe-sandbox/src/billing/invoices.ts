import type { Customer, Invoice, Subscription } from '../state/kept.js';
import { newStripeId } from '../state/stripe-id.js';
import { StripeApiError } from '../wire/stripe-api.error.js';
import type { StripeAccount } from './stripe-account.js';

/** A renewal's invoice can be edited for an hour before it is charged (docs.stripe.com/billing/invoices/subscription). */
export const DRAFT_SECONDS = 3600;

/** The reason and content of a new invoice. */
export interface InvoiceOrder {
  subscription: Subscription;
  reason: 'subscription_create' | 'subscription_cycle' | 'subscription_update';
  /** The billed items. */
  period: { start: number; end: number };
  /** A trial costs nothing. */
  free: boolean;
  /** Null: by hand. */
  finalizesAt: number | null;
}

/** Creates a draft and emits its event. */
export function createInvoice(account: StripeAccount, order: InvoiceOrder): Invoice {
  const { subscription, reason, period, finalizesAt } = order;
  const id = newStripeId('in');
  const lines = subscription.items.data.map((item) => invoiceLine(id, item, order));
  const total = lines.reduce((sum, { amount }) => sum + amount, 0);
  const customer = account.state.customers[subscription.customer];
  const invoice: Invoice = {
    id,
    object: 'invoice',
    account_country: 'US',
    account_name: 'Stripe sandbox',
    account_tax_ids: null,
    amount_due: total,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: total,
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: finalizesAt !== null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: finalizesAt,
    billing_reason: reason,
    collection_method: 'charge_automatically',
    created: account.now,
    currency: subscription.currency,
    custom_fields: null,
    customer: subscription.customer,
    customer_account: null,
    customer_address: customer?.address ?? null,
    customer_email: customer?.email ?? null,
    customer_name: customer?.name ?? null,
    customer_phone: customer?.phone ?? null,
    customer_shipping: null,
    customer_tax_exempt: 'none',
    customer_tax_ids: [],
    default_payment_method: null,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    due_date: null,
    effective_at: null,
    ending_balance: null,
    footer: null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    lines: { object: 'list', data: lines, has_more: false, url: `/v1/invoices/${id}/lines` },
    livemode: false,
    metadata: {},
    next_payment_attempt: finalizesAt,
    number: null,
    on_behalf_of: null,
    parent: {
      type: 'subscription_details',
      quote_details: null,
      subscription_details: { metadata: { ...subscription.metadata }, subscription: subscription.id },
    },
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    // The lines have the billed period; this is the period in which the invoice's items were created.
    period_end: reason === 'subscription_cycle' ? period.start : account.now,
    period_start: reason === 'subscription_cycle' ? subscription.start_date : account.now,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: 0,
    statement_descriptor: null,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal: total,
    subtotal_excluding_tax: total,
    test_clock: null,
    total,
    total_discount_amounts: [],
    total_excluding_tax: total,
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: account.now,
  };
  account.state.invoices[id] = invoice;
  subscription.latest_invoice = id;
  account.emit('invoice.created', invoice);
  return invoice;
}

/** Numbers a draft: from now on it is owed. */
export function finalizeInvoice(account: StripeAccount, invoice: Invoice): void {
  if (invoice.status !== 'draft')
    throw StripeApiError.invalid('id', 'This invoice is already finalized, you can’t finalize it again.');
  const customer = account.state.customers[invoice.customer ?? ''];
  const sequence = customer?.next_invoice_sequence ?? 1;
  if (customer) customer.next_invoice_sequence = sequence + 1;
  invoice.number = `${customer?.invoice_prefix ?? 'SANDBOX'}-${String(sequence).padStart(4, '0')}`;
  if (customer) useCredit(invoice, customer);
  invoice.status = 'open';
  invoice.effective_at = account.now;
  invoice.status_transitions.finalized_at = account.now;
  invoice.automatically_finalizes_at = null;
  invoice.hosted_invoice_url = `${account.pagesUrl}/invoices/${invoice.id}`;
  account.emit('invoice.finalized', invoice);
}

/** The customer's credit is used first (docs.stripe.com/billing/customer/balance). */
function useCredit(invoice: Invoice, customer: Customer): void {
  const used = Math.min(Math.max(0, -customer.balance), invoice.amount_due);
  invoice.starting_balance = customer.balance;
  customer.balance += used;
  invoice.ending_balance = customer.balance;
  invoice.amount_due -= used;
  invoice.amount_remaining -= used;
}

/** Marks the invoice as paid; emits two events, as Stripe does. */
export function settleInvoice(account: StripeAccount, invoice: Invoice): void {
  invoice.status = 'paid';
  invoice.amount_paid = invoice.amount_due;
  invoice.amount_remaining = 0;
  invoice.attempted = true;
  invoice.next_payment_attempt = null;
  invoice.status_transitions.paid_at = account.now;
  account.emit('invoice.paid', invoice);
  account.emit('invoice.payment_succeeded', invoice);
}

/** Voids the invoice, as if it had never been owed. */
export function voidInvoice(account: StripeAccount, invoice: Invoice): void {
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible')
    throw StripeApiError.invalid('id', `You can only pass in open or uncollectible invoices.`);
  invoice.status = 'void';
  invoice.auto_advance = false;
  invoice.next_payment_attempt = null;
  invoice.status_transitions.voided_at = account.now;
  account.emit('invoice.voided', invoice);
}

/** Marks an invoice as uncollectible. */
export function giveUpInvoice(account: StripeAccount, invoice: Invoice): void {
  if (invoice.status !== 'open')
    throw StripeApiError.invalid('id', 'You can only mark an open invoice as uncollectible.');
  invoice.status = 'uncollectible';
  invoice.auto_advance = false;
  invoice.next_payment_attempt = null;
  invoice.status_transitions.marked_uncollectible_at = account.now;
  account.emit('invoice.marked_uncollectible', invoice);
}

export const subscriptionOf = ({ parent }: Invoice): string | null =>
  parent?.subscription_details?.subscription ?? null;

/** Unpaid invoices of a subscription, oldest first. */
export const unpaidInvoicesOf = (account: StripeAccount, subscription: string): Invoice[] =>
  Object.values(account.state.invoices).filter(
    (invoice) =>
      subscriptionOf(invoice) === subscription && (invoice.status === 'open' || invoice.status === 'draft'),
  );

/** Stops collecting the unpaid invoices of an ended subscription. */
export function stopCollecting(account: StripeAccount, subscription: string): void {
  for (const invoice of unpaidInvoicesOf(account, subscription)) {
    invoice.auto_advance = false;
    invoice.next_payment_attempt = null;
    invoice.automatically_finalizes_at = null;
  }
}

function invoiceLine(
  invoice: string,
  item: Subscription['items']['data'][number],
  { subscription, period, free }: InvoiceOrder,
): Invoice['lines']['data'][number] {
  const quantity = item.quantity ?? 1;
  const amount = free ? 0 : (item.price.unit_amount ?? 0) * quantity;
  return {
    id: newStripeId('il'),
    object: 'line_item',
    amount,
    currency: subscription.currency,
    description: free ? 'Free trial' : `${quantity} × ${item.price.nickname ?? 'Pro'}`,
    discount_amounts: [],
    discountable: true,
    discounts: [],
    invoice,
    livemode: false,
    metadata: { ...subscription.metadata },
    parent: {
      type: 'subscription_item_details',
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: null,
        proration: false,
        proration_details: { credited_items: null },
        subscription: subscription.id,
        subscription_item: item.id,
      },
    },
    period,
    pretax_credit_amounts: [],
    pricing: {
      type: 'price_details',
      price_details: { price: item.price.id, product: item.price.product },
      unit_amount_decimal: free ? '0' : item.price.unit_amount_decimal,
    },
    quantity,
    quantity_decimal: String(quantity),
    subscription: subscription.id,
    subtotal: amount,
    taxes: [],
  };
}
