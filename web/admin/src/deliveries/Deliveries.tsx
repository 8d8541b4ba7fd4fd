import { ask } from '../api/admin.js';
import type { Delivery } from '../api/types.js';
import type { Route } from '../lib/route.js';
import { useList } from '../lib/use-page.js';
import { Act } from '../parts/Act.js';
import { Id, State, Time } from '../parts/cells.js';
import { Filters } from '../parts/Filters.js';
import css from '../parts/parts.module.css';
import { ExportButton, Table } from '../parts/Table.js';
import { texts } from '../texts.js';

const toneOf = (state: string) => (state === 'failed' ? 'bad' : state === 'delivered' ? 'good' : 'plain');

/** The events for the app's server. */
export function Deliveries({ route: { filters } }: { route: Route }) {
  const list = useList<Delivery>('/deliveries', filters);
  const { deliveries, columns } = texts;
  const replay = (id: string) => async () => {
    const now = await ask<Delivery>('POST', `/deliveries/${id}/replay`);
    list.replace((row) => row.id === id, now);
    return deliveries.replayed;
  };
  return (
    <section className={css['section']}>
      <h1>{texts.sections.deliveries}</h1>
      <p>{deliveries.lead}</p>
      <Filters
        section="deliveries"
        filters={filters}
        fields={[
          { name: 'state', label: columns.state, choices: deliveries.states },
          { name: 'user_id', label: columns.userId },
        ]}
      >
        <ExportButton path="/deliveries" filters={filters} />
      </Filters>
      <Table
        label={texts.sections.deliveries}
        list={list}
        keyOf={({ id }) => id}
        empty={deliveries.none}
        columns={[
          { label: columns.id, cell: ({ id }) => <Id id={id} /> },
          { label: deliveries.type, cell: ({ type }) => type },
          { label: columns.state, cell: ({ state }) => <State tone={toneOf(state)} text={state} /> },
          { label: deliveries.tries, cell: ({ tries }) => tries, isNumber: true },
          { label: columns.error, cell: ({ last_error }) => last_error ?? '–' },
          { label: deliveries.next, cell: ({ next_try_at }) => <Time at={next_try_at} /> },
          { label: columns.created, cell: ({ created_at }) => <Time at={created_at} /> },
          { label: deliveries.ended, cell: ({ ended_at }) => <Time at={ended_at} /> },
          {
            label: columns.act,
            cell: ({ id }) => <Act {...deliveries.replay(id.slice(-8))} act={replay(id)} />,
          },
        ]}
      />
    </section>
  );
}
