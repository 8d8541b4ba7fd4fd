import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

export const PAYMENT_PROBLEMS = ['payment_failed', 'action_required', 'collection_paused'] as const;
export type PaymentProblem = (typeof PAYMENT_PROBLEMS)[number];

/** Why a subscription is good for nothing: paid back, taken back by the bank, not paid even once, or for something else by now. */
export type Revocation = 'refunded' | 'disputed' | 'never_paid' | 'other_price';

/** One subscription to Pro, as Stripe had it when it was last asked. */
@Entity('subscriptions')
@Check(
  'subscriptions_payment_problem_check',
  `payment_problem in ('payment_failed', 'action_required', 'collection_paused')`,
)
@Check('subscriptions_revoked_check', `revoked in ('refunded', 'disputed', 'never_paid', 'other_price')`)
@Index('subscriptions_user_id_idx', ['userId', 'startedAt'])
export class Subscription {
  /** Stripe's. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'subscriptions_pkey' })
  id!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  /** Stripe's word, also one that is not known here. */
  @Column('text')
  status!: string;

  @Column('text', { name: 'price_id', nullable: true })
  priceId!: string | null;

  /** In the smallest unit of the currency. */
  @Column('bigint', { nullable: true })
  amount!: number | null;

  @Column('text', { nullable: true })
  currency!: string | null;

  @Column('text', { name: 'price_interval', nullable: true })
  priceInterval!: string | null;

  @Column('timestamptz', { name: 'current_period_end', nullable: true })
  currentPeriodEnd!: Date | null;

  /** Stripe's flag; its portal settles a moment instead, and leaves this false. */
  @Column('boolean', { name: 'cancel_at_period_end', default: false })
  cancelAtPeriodEnd!: boolean;

  /** When it ends, or has ended, if that is settled. */
  @Column('timestamptz', { name: 'ends_at', nullable: true })
  endsAt!: Date | null;

  /** Since when a payment is due. */
  @Column('timestamptz', { name: 'past_due_since', nullable: true })
  pastDueSince!: Date | null;

  @Column('text', { name: 'payment_problem', nullable: true })
  paymentProblem!: PaymentProblem | null;

  @Column('text', { nullable: true })
  revoked!: Revocation | null;

  /**
   * The end of what is paid for, where nothing more is collected (`pause_collection: void`); null where the next payment
   * comes by itself.
   */
  @Column('timestamptz', { name: 'paid_until', nullable: true })
  paidUntil!: Date | null;

  /** Stripe's id of the schedule that manages it: until it is released, nothing else can end the subscription. */
  @Column('text', { name: 'schedule_id', nullable: true })
  scheduleId!: string | null;

  @Column('timestamptz', { name: 'started_at' })
  startedAt!: Date;
}
