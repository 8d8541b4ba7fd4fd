import { ask } from '../api/admin.js';
import type { AdminEvent } from '../api/types.js';
import type { Route } from '../lib/route.js';
import { useList } from '../lib/use-page.js';
import { Act } from '../parts/Act.js';
import { State, Time } from '../parts/cells.js';
import { Filters } from '../parts/Filters.js';
import css from '../parts/parts.module.css';
import { ExportButton, Table } from '../parts/Table.js';
import { texts } from '../texts.js';

const toneOf = (state: string) => (state === 'failed' ? 'bad' : state === 'handled' ? 'good' : 'plain');

/** The inbox of Stripe's events. */
export function Events({ route: { filters } }: { route: Route }) {
  const list = useList<AdminEvent>('/webhook-events', filters);
  const { events, columns } = texts;
  const replay = (id: string) => async () => {
    const now = await ask<AdminEvent>('POST', `/webhook-events/${id}/replay`);
    list.replace((row) => row.id === id, now);
    return events.replayed(id);
  };
  return (
    <section className={css['section']}>
      <h1>{texts.sections.events}</h1>
      <Filters
        section="events"
        filters={filters}
        fields={[
          { name: 'state', label: columns.state, choices: events.states },
          { name: 'type', label: events.type },
          { name: 'user_id', label: columns.userId },
        ]}
      >
        <ExportButton path="/webhook-events" filters={filters} />
      </Filters>
      <Table
        label={texts.sections.events}
        list={list}
        keyOf={({ id }) => id}
        empty={events.none}
        columns={[
          { label: columns.id, cell: ({ id }) => id },
          { label: events.type, cell: ({ type }) => type },
          { label: columns.state, cell: ({ state }) => <State tone={toneOf(state)} text={state} /> },
          { label: events.tries, cell: ({ tries }) => tries, isNumber: true },
          { label: columns.error, cell: ({ last_error }) => last_error ?? '–' },
          { label: events.received, cell: ({ received_at }) => <Time at={received_at} /> },
          { label: events.handled, cell: ({ handled_at }) => <Time at={handled_at} /> },
          { label: columns.act, cell: ({ id }) => <Act {...events.replay(id)} act={replay(id)} /> },
        ]}
      />
    </section>
  );
}
