import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What Stripe holds, as far as it is known here; what it has told; and until when an operator grants Pro. */
export class Billing1797000000000 implements MigrationInterface {
  name = 'Billing1797000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table users add column pro_granted_until timestamptz;
      create index users_pro_idx on users (id) where tier = 'pro';

      create table billing_accounts (
        -- no foreign key: it outlives the account until Stripe has cancelled
        user_id uuid not null,
        -- Stripe's; null before the first checkout, and when Stripe has deleted it
        customer_id text,
        -- counts the customers that this person has had: part of the key under which the next one is made
        generation integer not null default 1,
        -- whoever changes something at Stripe for this person, until when
        locked_by uuid,
        locked_until timestamptz,
        -- readings that were begun, and the newest one that was written: one that began before it is dropped
        readings_begun bigint not null default 0,
        reading bigint not null default 0,
        synced_at timestamptz,
        -- the account is being deleted: whatever there is at Stripe is to be cancelled
        closing_at timestamptz,
        closed_at timestamptz,
        created_at timestamptz not null default now(),
        constraint billing_accounts_pkey primary key (user_id),
        constraint billing_accounts_customer_id_key unique (customer_id)
      );
      create index billing_accounts_closing_idx on billing_accounts (closing_at)
        where closing_at is not null and closed_at is null;

      create table subscriptions (
        -- Stripe's
        id text not null,
        user_id uuid not null,
        -- Stripe's word, also one that we do not know
        status text not null,
        price_id text,
        -- in the smallest unit of the currency
        amount bigint,
        currency text,
        price_interval text,
        current_period_end timestamptz,
        cancel_at_period_end boolean not null default false,
        -- when it ends, if that is settled
        ends_at timestamptz,
        -- since when a payment is due
        past_due_since timestamptz,
        payment_problem text,
        -- why what was paid does not count
        revoked text,
        started_at timestamptz not null,
        constraint subscriptions_pkey primary key (id),
        constraint subscriptions_user_id_fkey foreign key (user_id) references billing_accounts (user_id) on delete cascade,
        constraint subscriptions_payment_problem_check check (payment_problem in ('payment_failed', 'action_required')),
        constraint subscriptions_revoked_check check (revoked in ('refunded', 'disputed', 'never_paid', 'other_price'))
      );
      create index subscriptions_user_id_idx on subscriptions (user_id, started_at desc);

      create table checkout_sessions (
        id uuid not null,
        -- Stripe's
        session_id text not null,
        user_id uuid not null,
        url text not null,
        expires_at timestamptz not null,
        created_at timestamptz not null default now(),
        constraint checkout_sessions_pkey primary key (id),
        constraint checkout_sessions_session_id_key unique (session_id),
        constraint checkout_sessions_user_id_fkey foreign key (user_id) references billing_accounts (user_id) on delete cascade
      );
      create index checkout_sessions_user_id_idx on checkout_sessions (user_id);
      create index checkout_sessions_expires_at_idx on checkout_sessions (expires_at);

      create table webhook_events (
        -- Stripe's
        id text not null,
        type text not null,
        -- what it is about; nothing else of the payload is kept, because nothing else of it is believed
        object_id text,
        customer_id text,
        state text not null default 'received',
        tries integer not null default 0,
        last_error text,
        created_at timestamptz not null,
        received_at timestamptz not null,
        handled_at timestamptz,
        constraint webhook_events_pkey primary key (id),
        constraint webhook_events_state_check check (state in ('received', 'handled', 'ignored', 'failed'))
      );
      create index webhook_events_received_idx on webhook_events (received_at) where state = 'received';
      create index webhook_events_failed_idx on webhook_events (received_at) where state = 'failed';
      create index webhook_events_received_at_idx on webhook_events (received_at);

      create table billing_reconciliations (
        id uuid not null,
        started_at timestamptz not null,
        finished_at timestamptz,
        -- accounts that were compared, that differed (and were put right), that could not be compared
        checked integer not null default 0,
        drifted integer not null default 0,
        failed integer not null default 0,
        constraint billing_reconciliations_pkey primary key (id)
      );
      create index billing_reconciliations_started_at_idx on billing_reconciliations (started_at desc);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table billing_reconciliations, webhook_events, checkout_sessions, subscriptions, billing_accounts;
      drop index users_pro_idx;
      alter table users drop column pro_granted_until`);
  }
}
