import type { Drift } from '../api/types.js';
import { wholeList } from '../lib/use-page.js';
import { Table } from '../parts/Table.js';
import { texts } from '../texts.js';

/** What the reconciliation of a subscription's user has found. */
export interface DriftOf {
  /** The subscription. */
  id: string;
  drift: Drift[];
}

/** In what the stored state differed from Stripe's, before and after. */
export function DriftTable({ of: { id, drift } }: { of: DriftOf }) {
  const { subscriptions } = texts;
  return (
    <section aria-label={subscriptions.drift}>
      <h2>{subscriptions.drift}</h2>
      <p>{drift.length === 0 ? subscriptions.noDrift : subscriptions.driftLead(id)}</p>
      {drift.length > 0 && (
        <Table<Drift>
          label={subscriptions.drift}
          list={wholeList(drift)}
          keyOf={(one) => `${one.subscription_id ?? ''} ${one.field}`}
          empty=""
          columns={[
            { label: subscriptions.object, cell: (one) => one.subscription_id ?? subscriptions.account },
            { label: subscriptions.field, cell: ({ field }) => field },
            { label: subscriptions.before, cell: ({ before }) => before ?? '–' },
            { label: subscriptions.after, cell: ({ after }) => after ?? '–' },
          ]}
        />
      )}
    </section>
  );
}
