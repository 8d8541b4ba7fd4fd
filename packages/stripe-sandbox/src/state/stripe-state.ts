import type {
  Charge,
  CheckoutSession,
  Customer,
  Dispute,
  EventType,
  Invoice,
  InvoicePayment,
  KeptEvent,
  LineItem,
  PaymentIntent,
  PaymentMethod,
  PortalSession,
  Price,
  Product,
  Refund,
  Subscription,
  SubscriptionSchedule,
} from './kept.js';

/** Objects by id, in the order in which they were made. */
export type Table<T> = Record<string, T>;

/**
 * How the customer's means of payment behaves. `works` · `declines`: each charge from now on · `declines_next`: one
 * charge · `needs_action`: the bank wants its customer to confirm each charge, which never happens by itself · `is_slow`: a
 * bank debit, whose success is known days later.
 */
export type CardBehaviour = 'works' | 'declines' | 'declines_next' | 'needs_action' | 'is_slow';

/** Facts about a customer that no response contains. */
export interface Wallet {
  paymentMethod: PaymentMethod | null;
  behaviour: CardBehaviour;
}

/** What the sandbox knows of a checkout session beside the session itself. */
export interface CheckoutOrder {
  lines: LineItem[];
  subscriptionMetadata: Record<string, string>;
  description: string | null;
  trialEnd: number | null;
  trialDays: number | null;
  missingPaymentMethod: 'cancel' | 'create_invoice' | 'pause';
  /** The subscription of a declined attempt; the next one pays for it. */
  incomplete: string | null;
  /** Why the last attempt failed, for the page. */
  declined: string | null;
}

/** What the sandbox knows of a subscription beside the subscription itself. */
export interface SubscriptionPlan {
  /** Was `trial_will_end` told? */
  trialEndTold: boolean;
}

/** What happened at one attempt to deliver. */
export interface DeliveryAttempt {
  /** ISO 8601. */
  at: string;
  /** Null where no answer came. */
  status: number | null;
  error: string | null;
}

/** One event on its way to the endpoint. */
export interface Delivery {
  id: string;
  event: string;
  state: 'waiting' | 'held' | 'delivered' | 'failed' | 'dropped';
  /** When it is next tried, in milliseconds. */
  dueAt: number;
  attempts: DeliveryAttempt[];
}

/**
 * What becomes of events. `normal`: delivered at once · `hold`: nothing until `release()` · `late`: after a wait · `twice` ·
 * `shuffled`: what one change causes, in any order · `never`: dropped, but listed by /v1/events.
 */
export const WEBHOOK_MODES = ['normal', 'hold', 'late', 'twice', 'shuffled', 'never'] as const;
export type WebhookMode = (typeof WEBHOOK_MODES)[number];

/** A treatment for the next few events. */
export interface WebhookTwist {
  mode: WebhookMode;
  /** Of which type; any, where it is absent. */
  type?: EventType;
  times: number;
  lateSeconds: number;
}

/** An answer that is given again to the same Idempotency-Key. */
export interface IdempotentAnswer {
  key: string;
  /** Method, path and parameters. */
  fingerprint: string;
  at: number;
  /** Null while the first request is at work. */
  answer: { status: number; body: string } | null;
}

/** What the account's owner set in Stripe's dashboard. */
export interface AccountSettings {
  /** What becomes of a subscription when the last retry has failed. */
  afterRetries: 'cancel' | 'unpaid' | 'past_due';
  /** Days from one attempt to charge to the next. */
  retryAfterDays: number[];
  /** Did the owner save the customer portal's settings? Without them it cannot be opened. Absent: yes. */
  hasPortal?: boolean;
}

/** See wire/stripe-script.ts. */
export interface WaitingScript {
  match?: string;
  outcome: 'http_error' | 'rate_limited' | 'hang' | 'slow' | 'cut' | 'after' | 'empty';
  status?: number;
  delayMs?: number;
  times: number;
}

/** Everything that the sandbox remembers: one document. */
export interface StripeState {
  customers: Table<Customer>;
  deletedCustomers: Table<{ id: string; object: 'customer'; deleted: true }>;
  wallets: Table<Wallet>;
  products: Table<Product>;
  prices: Table<Price>;
  sessions: Table<CheckoutSession>;
  orders: Table<CheckoutOrder>;
  subscriptions: Table<Subscription>;
  plans: Table<SubscriptionPlan>;
  schedules: Table<SubscriptionSchedule>;
  invoices: Table<Invoice>;
  invoicePayments: Table<InvoicePayment>;
  paymentIntents: Table<PaymentIntent>;
  charges: Table<Charge>;
  refunds: Table<Refund>;
  disputes: Table<Dispute>;
  portalSessions: Table<PortalSession>;
  events: Table<KeptEvent>;
  deliveries: Table<Delivery>;
  webhooks: {
    endpoint: { url: string; secret: string } | null;
    mode: WebhookMode;
    lateSeconds: number;
    twists: WebhookTwist[];
  };
  idempotency: Table<IdempotentAnswer>;
  scripts: WaitingScript[];
  settings: AccountSettings;
}

/** Before anything has happened. */
export const emptyState = (): StripeState => ({
  customers: {},
  deletedCustomers: {},
  wallets: {},
  products: {},
  prices: {},
  sessions: {},
  orders: {},
  subscriptions: {},
  plans: {},
  schedules: {},
  invoices: {},
  invoicePayments: {},
  paymentIntents: {},
  charges: {},
  refunds: {},
  disputes: {},
  portalSessions: {},
  events: {},
  deliveries: {},
  webhooks: { endpoint: null, mode: 'normal', lateSeconds: 0, twists: [] },
  idempotency: {},
  scripts: [],
  settings: { afterRetries: 'cancel', retryAfterDays: [3, 5, 7] },
});
