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
 * Behaviour of the customer's card. `works` · `declines`: each charge from now on · `declines_next`: one charge ·
 * `needs_action`: the bank requires its customer to confirm each charge, which never happens by itself · `is_slow`: a
 * bank debit, whose success is known days later.
 */
export type CardBehaviour = 'works' | 'declines' | 'declines_next' | 'needs_action' | 'is_slow';

/** Facts about a customer that no response contains. */
export interface Wallet {
  paymentMethod: PaymentMethod | null;
  behaviour: CardBehaviour;
}

/** Data of a checkout session beside the session itself. */
export interface CheckoutOrder {
  lines: LineItem[];
  subscriptionMetadata: Record<string, string>;
  description: string | null;
  trialEnd: number | null;
  trialDays: number | null;
  missingPaymentMethod: 'cancel' | 'create_invoice' | 'pause';
  /** The subscription of a declined attempt; the next attempt pays for it. */
  incomplete: string | null;
  /** Why the last attempt failed, for the page. */
  declined: string | null;
}

/** Data of a subscription beside the subscription itself. */
export interface SubscriptionPlan {
  /** True after the event `trial_will_end`. */
  trialEndTold: boolean;
}

/** Result of one delivery attempt. */
export interface DeliveryAttempt {
  /** ISO 8601. */
  at: string;
  /** Null without a response. */
  status: number | null;
  error: string | null;
}

/** One delivery of an event to the endpoint. */
export interface Delivery {
  id: string;
  event: string;
  state: 'waiting' | 'held' | 'delivered' | 'failed' | 'dropped';
  /** When it is next tried, in milliseconds. */
  dueAt: number;
  attempts: DeliveryAttempt[];
}

/**
 * Treatment of events. `normal`: delivered at once · `hold`: kept until `release()` · `late`: delivered after a wait ·
 * `twice` · `shuffled`: the events of one change in any order · `never`: dropped, but listed by /v1/events.
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

/** A stored response to an Idempotency-Key. */
export interface IdempotentAnswer {
  key: string;
  /** Method, path and parameters. */
  fingerprint: string;
  at: number;
  /** Null while the first request is running. */
  answer: { status: number; body: string } | null;
}

/** Settings of the account's dashboard. */
export interface AccountSettings {
  /** State of a subscription after the last failed retry. */
  afterRetries: 'cancel' | 'unpaid' | 'past_due';
  /** Days between two charge attempts. */
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

/** The complete state of the sandbox, as one document. */
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
