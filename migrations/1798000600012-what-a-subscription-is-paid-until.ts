import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Until when a subscription is paid for whose collection is paused, what pauses it, and which schedule manages it. */
export class WhatASubscriptionIsPaidUntil1798000600012 implements MigrationInterface {
  name = 'WhatASubscriptionIsPaidUntil1798000600012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- set only where nothing more is collected: Pro ends there
      alter table subscriptions add column paid_until timestamptz;
      -- Stripe's id
      alter table subscriptions add column schedule_id text;
      alter table subscriptions drop constraint subscriptions_payment_problem_check;
      alter table subscriptions add constraint subscriptions_payment_problem_check
        check (payment_problem in ('payment_failed', 'action_required', 'collection_paused'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      update subscriptions set payment_problem = null where payment_problem = 'collection_paused';
      alter table subscriptions drop constraint subscriptions_payment_problem_check;
      alter table subscriptions add constraint subscriptions_payment_problem_check
        check (payment_problem in ('payment_failed', 'action_required'));
      alter table subscriptions drop column schedule_id;
      alter table subscriptions drop column paid_until`);
  }
}
