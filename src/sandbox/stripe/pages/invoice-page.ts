import type { Invoice } from '@chat-backend/stripe-sandbox';
import { day, money } from './money.js';
import { button, facts, sandboxPage, type Page } from './page-parts.js';

/** The page behind an invoice's `hosted_invoice_url`. */
export function invoicePage(invoice: Invoice): Page {
  const { id, status, currency } = invoice;
  const lines = invoice.lines.data.map(
    ({ description, amount, period }) =>
      [`${description ?? ''}, ${day(period.start)} to ${day(period.end)}`, money(amount, currency)] as const,
  );
  const body = `${facts([
    ...lines,
    ['Total', money(invoice.total, currency)],
    ['Status', status ?? 'draft'],
    ...(invoice.next_payment_attempt === null
      ? []
      : [['Next attempt', day(invoice.next_payment_attempt)] as const]),
  ])}
${status === 'open' ? button(`/invoices/${id}/pay`, `Pay ${money(invoice.amount_remaining, currency)}`) : ''}`;
  return sandboxPage(`Invoice ${invoice.number ?? ''}`.trim(), body);
}
