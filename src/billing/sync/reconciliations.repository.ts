import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../platform/database/database.js';

/** What a comparison has found: accounts that were compared, that differed, that could not be compared. */
export interface ReconciliationReport {
  checked: number;
  drifted: number;
  failed: number;
}

/** One that is under way. */
export interface ReconciliationProgress extends ReconciliationReport {
  /** Accounts that are to be compared. */
  total: number;
}

/** The comparisons with Stripe, and what they found. */
@Injectable()
export class ReconciliationsRepository {
  constructor(private readonly database: Database) {}

  async begin(id: string, now: Date): Promise<void> {
    await this.database.run(BEGIN, [id, now]);
  }

  async end(id: string, { checked, drifted, failed }: ReconciliationReport, now: Date): Promise<void> {
    await this.database.run(END, [id, checked, drifted, failed, now]);
  }

  /** When the last one began that could compare everything: what another one could not is looked for again. Index billing_reconciliations_started_at_idx. */
  async lastStart(): Promise<Date | null> {
    const [row] = await this.database.run<{ startedAt: Date }>(LAST_START, []);
    return row?.startedAt ?? null;
  }
}

const BEGIN: Statement = {
  name: 'billing-reconciliation-begin',
  text: `insert into billing_reconciliations (id, started_at) values ($1, $2)`,
};
const END: Statement = {
  name: 'billing-reconciliation-end',
  text: `update billing_reconciliations set checked = $2, drifted = $3, failed = $4, finished_at = $5 where id = $1`,
};
const LAST_START: Statement = {
  name: 'billing-reconciliation-last-start',
  text: `select started_at as "startedAt" from billing_reconciliations where finished_at is not null and failed = 0
         order by started_at desc limit 1`,
};
