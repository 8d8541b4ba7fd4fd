import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Everything that the Stripe sandbox remembers, a row an object: several processes share one Stripe, and a restart keeps
 * it. Logged, unlike the SMS inbox: what the product knows of subscriptions must not outlive what Stripe does.
 */
export class SandboxStripe1797000100000 implements MigrationInterface {
  name = 'SandboxStripe1797000100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table sandbox_stripe');
  }
}

const TABLE = `
  create table sandbox_stripe (
    -- which table of the state; the row without a name is the lock, and its revision the newest
    part text not null,
    id text not null,
    -- null: it is gone; kept for a while, so that other processes hear of it
    body json,
    -- the change that wrote it: a process reads what is newer than what it has
    revision bigint not null,
    -- the order in which things were made
    seq bigint not null generated always as identity,
    constraint sandbox_stripe_pkey primary key (part, id)
  );
  create index sandbox_stripe_revision_idx on sandbox_stripe (revision);
`;
