import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

export const PAYMENT_PROBLEMS = ['payment_failed', 'action_required', 'collection_paused'] as const;
export type PaymentProblem = (typeof PAYMENT_PROBLEMS)[number];

/** Why a subscription gives no Pro: refunded, taken back by the bank, never paid, or moved to another price. */
export type Revocation = 'refunded' | 'disputed' | 'never_paid' | 'other_price';

/** One subscription to Pro, as Stripe had it at the last sync. */
@Entity('subscriptions')
@Check(
  'subscriptions_payment_problem_check',
  `payment_problem in ('payment_failed', 'action_required', 'collection_paused')`,
)
@Check('subscriptions_revoked_check', `revoked in ('refunded', 'disputed', 'never_paid', 'other_price')`)
@Index('subscriptions_user_id_idx', ['userId', 'startedAt'])
export class Subscription {
  /** Stripe's id. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'subscriptions_pkey' })
  id!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  /** Stripe's status, including values that this version does not know. */
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

  /** Stripe's flag. Its portal sets a time instead (`endsAt`) and leaves the flag false. */
  @Column('boolean', { name: 'cancel_at_period_end', default: false })
  cancelAtPeriodEnd!: boolean;

  /** When it ends or has ended; null while it renews. */
  @Column('timestamptz', { name: 'ends_at', nullable: true })
  endsAt!: Date | null;

  /** Start of the unpaid time. */
  @Column('timestamptz', { name: 'past_due_since', nullable: true })
  pastDueSince!: Date | null;

  @Column('text', { name: 'payment_problem', nullable: true })
  paymentProblem!: PaymentProblem | null;

  @Column('text', { nullable: true })
  revoked!: Revocation | null;

  /**
   * The end of the paid time while collection is paused (`pause_collection: void`); null while payments are collected.
   */
  @Column('timestamptz', { name: 'paid_until', nullable: true })
  paidUntil!: Date | null;

  /** Stripe's id of the schedule that manages it. The schedule must be released before the subscription's end can change. */
  @Column('text', { name: 'schedule_id', nullable: true })
  scheduleId!: string | null;

  @Column('timestamptz', { name: 'started_at' })
  startedAt!: Date;
}
