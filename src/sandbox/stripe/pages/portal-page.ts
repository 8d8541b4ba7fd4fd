import {
  type CardBehaviour,
  type Customer,
  type Invoice,
  isOver,
  mainItem,
  periodEndOf,
  type PortalSession,
  type Subscription,
} from '@chat-backend/stripe-sandbox';
import { escapeHtml } from '../../../platform/pages/html.js';
import { day, interval, money } from './money.js';
import { button, facts, link, PAGES_PATH, sandboxPage, type Page } from './page-parts.js';

/** Content of the portal. */
export interface PortalView {
  session: PortalSession;
  customer: Customer;
  /** Newest first. */
  subscriptions: Subscription[];
  invoices: Invoice[];
  card: CardBehaviour;
  /** Names of products by their ids. */
  names: Record<string, string>;
}

const CARDS: Record<CardBehaviour, string> = {
  works: 'It works.',
  declines: 'Declined from now on.',
  declines_next: 'Declined once.',
  needs_action: 'The bank requires a confirmation of every charge.',
  is_slow: 'A bank debit.',
};

/** The page behind a portal session's `url`. */
export function portalPage(view: PortalView): Page {
  const { session, customer, subscriptions, invoices, card } = view;
  const path = `/portal/${session.id}`;
  // Ended subscriptions are shown only if there is no other.
  const alive = subscriptions.filter((each) => !isOver(each));
  const shown = alive.length > 0 ? alive : subscriptions.slice(0, 1);
  const body = `<p>${escapeHtml(customer.email ?? customer.id)}</p>
<h2>Current plan</h2>
${shown.length === 0 ? '<p>No subscription.</p>' : shown.map((each) => plan(each, path, view)).join('\n')}
<h2>Card</h2>
<p>${CARDS[card]}</p>
${card === 'works' ? button(`${path}/card/declines`, 'Let the card fail from now on') : button(`${path}/card/works`, 'Make the card work again')}
<h2>Invoices</h2>
${invoices.length === 0 ? '<p>None yet.</p>' : `<ul>\n${invoices.map(invoiceLine).join('\n')}\n</ul>`}
${session.return_url === null ? '' : `<p>${link(session.return_url, 'Return')}</p>`}`;
  return sandboxPage('Your subscription', body);
}

function plan(subscription: Subscription, path: string, { names }: PortalView): string {
  const { price, quantity } = mainItem(subscription);
  const amount = money((price.unit_amount ?? 0) * (quantity ?? 1), price.currency);
  return `${facts([
    [names[price.product] ?? 'A product', `${amount} ${interval(price.recurring)}`],
    ['Status', subscription.status.replaceAll('_', ' ')],
    ending(subscription),
  ])}
${acts(subscription, path)}`;
}

function ending(subscription: Subscription): readonly [string, string] {
  if (subscription.ended_at !== null) return ['Ended', day(subscription.ended_at)];
  if (subscription.cancel_at !== null) return ['Ends', day(subscription.cancel_at)];
  return [subscription.status === 'trialing' ? 'Trial ends' : 'Renews', day(periodEndOf(subscription))];
}

function acts(subscription: Subscription, path: string): string {
  if (isOver(subscription)) return '';
  return subscription.cancel_at === null
    ? button(`${path}/cancel/${subscription.id}`, 'Cancel plan at the end of the period')
    : button(`${path}/resume/${subscription.id}`, 'Resume plan');
}

function invoiceLine(invoice: Invoice): string {
  const name = `${day(invoice.created)}: ${money(invoice.total, invoice.currency)}, ${invoice.status ?? 'draft'}`;
  return `<li>${invoice.hosted_invoice_url ? link(`${PAGES_PATH}/invoices/${invoice.id}`, name) : escapeHtml(name)}</li>`;
}
