import type { Clock } from './clock.js';
import {
  declineCheckout,
  endCheckoutDebit,
  payCheckout,
  type PayingCard,
} from './billing/checkout-payment.js';
import { payInvoice } from './billing/collecting.js';
import { deleteCustomer } from './billing/customers.js';
import { isAnythingDue, runDue } from './billing/due.js';
import { subscriptionOf } from './billing/invoices.js';
import { lookUp } from './billing/lookup.js';
import { stockShelves } from './billing/prices.js';
import { scheduleSubscription } from './billing/schedules.js';
import { closeDispute, openDispute, refundCharge } from './billing/refunds.js';
import {
  cancelSubscription,
  pauseSubscription,
  resumeSubscription,
  updateSubscription,
} from './billing/subscriptions.js';
import { walletOf } from './billing/wallets.js';
import { StripeAccount } from './billing/stripe-account.js';
import { forgetOld } from './state/forget-old.js';
import type { Charge, CheckoutSession } from './state/kept.js';
import type { AccountSettings, CardBehaviour, StripeState } from './state/stripe-state.js';
import type { StripeStore } from './state/stripe-store.js';
import { StripeApiError } from './wire/stripe-api.error.js';

/** A charge by its id, or the newest charge of a subscription. */
export type Paid = { charge: string } | { subscription: string };

/**
 * Acts of people outside the product: the customer at the checkout and in the portal, the bank, the account's owner in
 * Stripe's dashboard. Every act makes the events that it makes at Stripe. They throw StripeApiError for what cannot be done.
 */
export abstract class SandboxActs {
  protected constructor(
    protected readonly store: StripeStore,
    private readonly clock: Clock,
    private readonly pagesUrl: () => string,
    private readonly warn: (message: string) => void,
  ) {}

  /** Pays at the checkout. */
  pay(sessionId: string, { card = 'works' }: { card?: PayingCard } = {}): Promise<CheckoutSession> {
    return this.act((account) => {
      const session = lookUp(account.state.sessions, 'checkout.session', sessionId);
      payCheckout(account, session, card);
      return session;
    });
  }

  /** The card is refused at the checkout, which stays open; with `incomplete` an incomplete subscription waits there. */
  decline(
    sessionId: string,
    { incomplete = false }: { incomplete?: boolean } = {},
  ): Promise<CheckoutSession> {
    return this.act((account) => {
      const session = lookUp(account.state.sessions, 'checkout.session', sessionId);
      declineCheckout(account, session, incomplete);
      return session;
    });
  }

  /** Leaves the checkout by its return link: the session stays open. @returns the return address */
  cancelCheckout(sessionId: string): Promise<string | null> {
    return this.act((account) => ({
      url: lookUp(account.state.sessions, 'checkout.session', sessionId).cancel_url,
    })).then(({ url }) => url);
  }

  /** The bank reports, days later, the result of a `bank_debit` checkout. */
  endBankDebit(sessionId: string, succeeds: boolean): Promise<CheckoutSession> {
    return this.act((account) => {
      const session = lookUp(account.state.sessions, 'checkout.session', sessionId);
      endCheckoutDebit(account, session, succeeds);
      return session;
    });
  }

  /** How the customer's card behaves from now on. */
  async setCard(customerId: string, behaviour: CardBehaviour): Promise<void> {
    await this.act((account) => {
      lookUp(account.state.customers, 'customer', customerId);
      walletOf(account, customerId).behaviour = behaviour;
      return {};
    });
  }

  /** The next charge of this subscription is declined, the one after it succeeds. */
  async failNextRenewal(subscriptionId: string): Promise<void> {
    const { customer } = await this.act((account) => ({ customer: one(account, subscriptionId).customer }));
    await this.setCard(customer, 'declines_next');
  }

  /** Pays an invoice by hand. */
  payInvoice(invoiceId: string, { card }: { card?: CardBehaviour } = {}) {
    return this.act((account) => {
      const invoice = lookUp(account.state.invoices, 'invoice', invoiceId);
      payInvoice(account, invoice, card);
      return invoice;
    });
  }

  /**
   * The customer cancels in the portal: `cancel_at` is the end of the paid period and `cancel_at_period_end` stays false,
   * as in the portal with subscriptions in flexible billing mode, which all new ones use.
   */
  cancelAtPeriodEnd(subscriptionId: string) {
    return this.act((account) =>
      updateSubscription(account, one(account, subscriptionId), { cancel_at: 'max_period_end' }),
    );
  }

  /** The customer takes the cancellation back, however it was announced. */
  keep(subscriptionId: string) {
    return this.act((account) =>
      updateSubscription(account, one(account, subscriptionId), { cancel_at: null }),
    );
  }

  /**
   * The owner puts the subscription under a schedule that ends it after this number of days: then only the schedule
   * determines its end.
   */
  schedule(subscriptionId: string, { endsInDays }: { endsInDays: number }) {
    return this.act((account) => scheduleSubscription(account, one(account, subscriptionId), endsInDays));
  }

  /** The owner sets a date in the dashboard on which it ends. */
  cancelAt(subscriptionId: string, at: number) {
    return this.act((account) =>
      updateSubscription(account, one(account, subscriptionId), { cancel_at: at }),
    );
  }

  /** The owner pauses collection, or with null resumes it. */
  pauseCollection(subscriptionId: string, behavior: 'keep_as_draft' | 'mark_uncollectible' | 'void' | null) {
    return this.act((account) =>
      updateSubscription(account, one(account, subscriptionId), {
        pause_collection: behavior && { behavior },
      }),
    );
  }

  /** The owner gives the customer credit, in the smallest unit: invoices are settled with it first. */
  async giveCredit(customerId: string, amount: number): Promise<void> {
    await this.act((account) => {
      const customer = lookUp(account.state.customers, 'customer', customerId);
      account.change('customer.updated', customer, () => {
        customer.balance -= amount;
      });
      return {};
    });
  }

  /** The currency of the customer's earlier payments: Stripe accepts no other for the same customer. */
  async setCurrency(customerId: string, currency: string): Promise<void> {
    await this.act((account) => {
      lookUp(account.state.customers, 'customer', customerId).currency = currency;
      return {};
    });
  }

  /** Ends a subscription at once. */
  cancelNow(subscriptionId: string) {
    return this.act((account) => cancelSubscription(account, one(account, subscriptionId)));
  }

  pause(subscriptionId: string) {
    return this.act((account) => {
      const subscription = one(account, subscriptionId);
      pauseSubscription(account, subscription);
      return subscription;
    });
  }

  resume(subscriptionId: string, anchor: 'now' | 'unchanged' = 'unchanged') {
    return this.act((account) => resumeSubscription(account, one(account, subscriptionId), anchor));
  }

  /** The owner refunds an amount; by default the whole charge. */
  refund(paid: Paid, { amount }: { amount?: number } = {}) {
    return this.act((account) =>
      refundCharge(account, chargeOf(account, paid), { ...(amount !== undefined && { amount }) }),
    );
  }

  /** The card's owner disputes a charge. */
  openDispute(paid: Paid) {
    return this.act((account) => openDispute(account, chargeOf(account, paid)));
  }

  closeDispute(disputeId: string, outcome: 'won' | 'lost') {
    return this.act((account) => {
      const dispute = lookUp(account.state.disputes, 'dispute', disputeId);
      closeDispute(account, dispute, outcome);
      return dispute;
    });
  }

  /** The owner deletes a customer; the customer's subscriptions end at once. */
  deleteCustomer(customerId: string) {
    return this.act((account) => deleteCustomer(account, customerId));
  }

  /** Settings of the owner's dashboard. */
  async configure(settings: Partial<AccountSettings>): Promise<void> {
    await this.act((account) => Object.assign(account.state.settings, settings));
  }

  /** Reads the state; the result must not contain a part of it, only copies. */
  look<T>(fn: (state: StripeState) => T): Promise<T> {
    return this.store.read((state) => structuredClone(fn(state)));
  }

  protected abstract changed(): void;

  protected get parts() {
    return { store: this.store, clock: this.clock, pagesUrl: this.pagesUrl };
  }

  /** Creates the product and the prices that always exist. */
  protected async open(): Promise<void> {
    await this.store.transact((state) => stockShelves(this.account(state)));
  }

  protected async runDue(): Promise<void> {
    if (!(await this.store.read((state) => isAnythingDue(this.account(state))))) return;
    await this.store.transact((state) => {
      const account = this.account(state);
      if (runDue(account) > 0) forgetOld(state, account.now);
    });
  }

  protected report(error: unknown): void {
    this.warn(
      `background work failed, next try in a moment: ${error instanceof Error ? error.message : String(error)}`,
    );
  }

  private async act<T extends object>(fn: (account: StripeAccount) => T): Promise<T> {
    const done = await this.store.transact((state) => structuredClone(fn(this.account(state))));
    this.changed();
    return done;
  }

  private account(state: StripeState): StripeAccount {
    return new StripeAccount({ state, nowMs: this.clock.now().getTime(), pagesUrl: this.pagesUrl });
  }
}

const one = (account: StripeAccount, id: string) => lookUp(account.state.subscriptions, 'subscription', id);

function chargeOf(account: StripeAccount, paid: Paid): Charge {
  if ('charge' in paid) return lookUp(account.state.charges, 'charge', paid.charge);
  const { invoicePayments, invoices, paymentIntents, charges } = account.state;
  const payment = Object.values(invoicePayments).findLast(
    ({ invoice, status }) => status === 'paid' && subscriptionOf(invoices[invoice]!) === paid.subscription,
  );
  const intent = paymentIntents[payment?.payment.payment_intent ?? ''];
  const charge = charges[intent?.latest_charge ?? ''];
  if (!charge) throw StripeApiError.missing('charge', paid.subscription);
  return charge;
}
