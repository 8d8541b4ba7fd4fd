import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Everything that the Stripe sandbox remembers, as one document: several processes share one Stripe, and a restart keeps
 * it. Logged, unlike the SMS inbox: what the product knows of subscriptions must not outlive what Stripe does.
 */
export class SandboxStripe1797000100000 implements MigrationInterface {
  name = 'SandboxStripe1797000100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table sandbox_stripe (
        id smallint not null,
        -- not jsonb: the order of the keys is the order in which things were made
        state json not null,
        constraint sandbox_stripe_pkey primary key (id),
        constraint sandbox_stripe_one_check check (id = 1)
      )
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table sandbox_stripe');
  }
}
