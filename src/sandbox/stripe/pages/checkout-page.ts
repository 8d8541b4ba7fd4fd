import { escapeHtml } from '../../../platform/pages/html.js';
import type { CheckoutOrder, CheckoutSession } from '@chat-backend/stripe-sandbox';
import { interval, money } from './money.js';
import { alert, button, facts, link, sandboxPage, type Page } from './page-parts.js';

/** Content of the checkout page. */
export interface CheckoutView {
  session: CheckoutSession;
  order: CheckoutOrder;
  /** Names of the products, in the order of the lines. */
  names: string[];
}

/** The page behind a session's `url`. */
export function checkoutPage(view: CheckoutView): Page {
  const { session } = view;
  if (session.status === 'complete') return completePage(session);
  if (session.status === 'expired') return expiredPage(session);
  return openPage(view);
}

/** The address to return to after the payment. */
export const successUrl = ({ id, success_url: url }: Pick<CheckoutSession, 'id' | 'success_url'>): string =>
  (url ?? '/').replaceAll('{CHECKOUT_SESSION_ID}', id);

function openPage({ session, order, names }: CheckoutView): Page {
  const currency = session.currency ?? 'usd';
  const total = money(session.amount_total ?? 0, currency);
  const path = `/checkout/${session.id}`;
  const lines = order.lines.map(
    ({ price, quantity, amount_total: amount }, index) =>
      [
        `${names[index] ?? 'A product'}${quantity === 1 ? '' : ` × ${quantity ?? 1}`}`,
        `${money(amount, currency)} ${interval(price?.recurring ?? null)}`,
      ] as const,
  );
  const body = `${order.declined === null ? '' : alert(`${order.declined} You can try again.`)}
${facts([...lines, ...trial(order), ['Due today', total], ...email(session)])}
${button(`${path}/pay`, session.amount_total === 0 ? 'Start trial' : `Pay ${total}`, { first: true })}
${button(`${path}/decline`, 'Decline the card')}
${session.cancel_url === null ? '' : `<p>${link(session.cancel_url, 'Cancel and go back')}</p>`}
<details><summary>Pay with a card that makes trouble</summary>
${button(`${path}/pay/fails_later`, 'Works now, is declined at every renewal')}
${button(`${path}/pay/needs_action_later`, 'Works now, the bank asks back at renewals')}
${button(`${path}/pay/bank_debit`, 'A bank debit: whether it works is known later')}
${button(`${path}/decline/incomplete`, 'Decline the card, and leave an incomplete subscription')}
</details>`;
  return sandboxPage('Checkout', body, { leadsTo: [session.success_url, session.cancel_url] });
}

function completePage(session: CheckoutSession): Page {
  const waits = session.payment_status === 'unpaid';
  const path = `/checkout/${session.id}/debit`;
  const bank = `<p>The bank has not said yet whether the debit works.</p>
${button(`${path}/succeeds`, 'The bank pays')}
${button(`${path}/fails`, 'The bank does not pay')}`;
  return sandboxPage(
    'All done',
    `<p>This checkout is complete.</p>
${waits ? bank : ''}
<p>${link(successUrl(session), 'Continue')}</p>`,
    { leadsTo: [session.success_url] },
  );
}

const expiredPage = (session: CheckoutSession): Page =>
  sandboxPage(
    'This checkout has expired',
    `<p>Nothing was paid. Go back and begin again.</p>
${session.cancel_url === null ? '' : `<p>${link(session.cancel_url, 'Go back')}</p>`}`,
  );

function trial({ trialDays, trialEnd }: CheckoutOrder): (readonly [string, string])[] {
  if (trialDays !== null) return [['Trial', `${trialDays} days free`]];
  return trialEnd === null ? [] : [['Trial', 'free at first']];
}

const email = ({ customer_details: details }: CheckoutSession): (readonly [string, string])[] =>
  details?.email ? [['For', details.email]] : [];

/** The page of a failed action, with advice. */
export const failedPage = (message: string): Page =>
  sandboxPage('The action failed', `${alert(message)}<p>${escapeHtml('Go back and reload the page.')}</p>`, {
    status: 409,
  });
