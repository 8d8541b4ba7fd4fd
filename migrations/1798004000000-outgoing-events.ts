import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The outbox of events for EVENTS_WEBHOOK_URL (docs/adr/0040). A new table only: the previous release does not write to it.
 */
export class OutgoingEvents1798004000000 implements MigrationInterface {
  name = 'OutgoingEvents1798004000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table outgoing_events (
        -- the receiver's webhook-id
        id uuid not null,
        type text not null,
        -- whose rows these are; without a reference, because the event of a deletion outlives the account (null there)
        user_id uuid,
        -- ids and states, no text
        data jsonb not null,
        state text not null default 'pending',
        tries integer not null default 0,
        next_try_at timestamptz not null,
        -- a failed try after this time is the last one
        give_up_at timestamptz not null,
        -- the status of the last answer, or the kind of the last error
        last_error text,
        created_at timestamptz not null,
        ended_at timestamptz,
        -- what happens once only, for example a user's limit of one day
        once_key text,
        constraint outgoing_events_pkey primary key (id),
        constraint outgoing_events_state_check check (state in ('pending', 'delivered', 'failed'))
      );
      create index outgoing_events_pending_idx on outgoing_events (next_try_at) where state = 'pending';
      create index outgoing_events_failed_idx on outgoing_events (id) where state = 'failed';
      create index outgoing_events_ended_at_idx on outgoing_events (ended_at) where ended_at is not null;
      create index outgoing_events_user_id_idx on outgoing_events (user_id) where user_id is not null;
      create unique index outgoing_events_once_key on outgoing_events (once_key) where once_key is not null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table outgoing_events');
  }
}
