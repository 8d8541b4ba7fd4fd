import { Injectable } from '@nestjs/common';
import { columnsNamed, columnsOf } from '../../platform/database/columns.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { ExportSections, StatementSection } from '../../users/export/export-sections.js';
import { Subscription } from '../subscription/subscription.entity.js';

/** Sections of the data export: what the database holds of the user's billing. */
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

const ACCOUNT = statement<{ userId: string }>(
  'export-billing-account',
  `select ${columnsNamed('customerId', 'syncedAt', 'createdAt')} from billing_accounts where user_id = :userId`,
);
const SUBSCRIPTIONS = statement<{ userId: string }>(
  'export-subscriptions',
  `select ${columnsOf(Subscription, 'subscriptions')}
   from subscriptions where user_id = :userId order by started_at`,
);
const CHECKOUT_SESSIONS = statement<{ userId: string }>(
  'export-checkout-sessions',
  `select ${columnsNamed('sessionId', 'url', 'expiresAt', 'createdAt')} from checkout_sessions where user_id = :userId order by created_at`,
);
