import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../platform/database/database.js';
import { ExportSections, StatementSection } from '../../users/export/export-sections.js';

/** Of paying: what is known here of the person at Stripe. */
@Injectable()
export class BillingExport {
  constructor(database: Database, sections: ExportSections) {
    sections.register(
      new StatementSection('billing_account', database, ACCOUNT),
      new StatementSection('subscriptions', database, SUBSCRIPTIONS),
      new StatementSection('checkout_sessions', database, CHECKOUT_SESSIONS),
    );
  }
}

const ACCOUNT: Statement = {
  name: 'export-billing-account',
  text: 'select customer_id, synced_at, created_at from billing_accounts where user_id = $1',
};
const SUBSCRIPTIONS: Statement = {
  name: 'export-subscriptions',
  text: `select id, status, price_id, amount, currency, price_interval, current_period_end, cancel_at_period_end, ends_at,
           past_due_since, payment_problem, revoked, paid_until, schedule_id, started_at
         from subscriptions where user_id = $1 order by started_at`,
};
const CHECKOUT_SESSIONS: Statement = {
  name: 'export-checkout-sessions',
  text: `select session_id, url, expires_at, created_at from checkout_sessions where user_id = $1 order by created_at`,
};
