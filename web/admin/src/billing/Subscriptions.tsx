import { useState } from 'react';
import { moneyText } from '../../../ui/lib/format.js';
import { ask } from '../api/admin.js';
import type { AdminSubscription, Reconciled } from '../api/types.js';
import type { Route } from '../lib/route.js';
import { useList } from '../lib/use-page.js';
import { Act } from '../parts/Act.js';
import { State, Time, UserLink } from '../parts/cells.js';
import { Filters } from '../parts/Filters.js';
import css from '../parts/parts.module.css';
import { ExportButton, Table } from '../parts/Table.js';
import { texts } from '../texts.js';
import { DriftTable, type DriftOf } from './DriftTable.js';

export function Subscriptions({ route: { filters } }: { route: Route }) {
  const list = useList<AdminSubscription>('/subscriptions', filters);
  const { subscriptions, columns } = texts;
  const [last, setLast] = useState<DriftOf | null>(null);
  const reconcile = (id: string, userId: string) => async () => {
    const { tier, drift } = await ask<Reconciled>('POST', `/users/${userId}/reconcile`);
    setLast({ id, drift });
    list.reload();
    return subscriptions.reconciled(tier);
  };
  return (
    <section className={css['section']}>
      <h1>{texts.sections.subscriptions}</h1>
      <Filters
        section="subscriptions"
        filters={filters}
        fields={[
          { name: 'status', label: columns.state, choices: subscriptions.states },
          { name: 'user_id', label: columns.userId },
        ]}
      >
        <ExportButton path="/subscriptions" filters={filters} />
      </Filters>
      {last && <DriftTable of={last} />}
      <Table
        label={texts.sections.subscriptions}
        list={list}
        keyOf={({ id }) => id}
        empty={subscriptions.none}
        columns={[
          { label: columns.id, cell: ({ id }) => id },
          { label: columns.user, cell: ({ user_id }) => <UserLink id={user_id} /> },
          {
            label: columns.state,
            cell: ({ status, payment_problem }) => (
              <State tone={payment_problem === null ? 'plain' : 'bad'} text={payment_problem ?? status} />
            ),
          },
          {
            label: subscriptions.price,
            cell: ({ price }) => (price ? moneyText(price.amount, price.currency) : '–'),
            isNumber: true,
          },
          {
            label: subscriptions.periodEnds,
            cell: ({ current_period_end }) => <Time at={current_period_end} />,
          },
          { label: subscriptions.ends, cell: ({ ends_at }) => <Time at={ends_at} /> },
          { label: subscriptions.started, cell: ({ started_at }) => <Time at={started_at} /> },
          {
            label: columns.act,
            cell: ({ id, user_id }) => <Act {...subscriptions.reconcile(id)} act={reconcile(id, user_id)} />,
          },
        ]}
      />
    </section>
  );
}
