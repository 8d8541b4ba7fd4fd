import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What Stripe has told of one customer, for the operator who looks into a case: 90 days of everybody's are many. */
export class EventsOfACustomer1798000400000 implements MigrationInterface {
  name = 'EventsOfACustomer1798000400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index webhook_events_customer_id_idx on webhook_events (customer_id, received_at)
        where customer_id is not null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index webhook_events_customer_id_idx');
  }
}
