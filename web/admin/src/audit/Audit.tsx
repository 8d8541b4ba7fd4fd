import type { AuditEntry } from '../api/types.js';
import type { Route } from '../lib/route.js';
import { useList } from '../lib/use-page.js';
import { Time, UserLink } from '../parts/cells.js';
import { Filters } from '../parts/Filters.js';
import css from '../parts/parts.module.css';
import { ExportButton, Table } from '../parts/Table.js';
import { texts } from '../texts.js';

export function Audit({ route: { filters } }: { route: Route }) {
  const list = useList<AuditEntry>('/audit', filters);
  const { audit, columns } = texts;
  return (
    <section className={css['section']}>
      <h1>{texts.sections.audit}</h1>
      <p>{audit.lead}</p>
      <Filters
        section="audit"
        filters={filters}
        fields={[
          { name: 'action', label: audit.action },
          { name: 'user_id', label: columns.userId },
          { name: 'actor_id', label: audit.actorId },
        ]}
      >
        <ExportButton path="/audit" filters={filters} />
      </Filters>
      <Table
        label={texts.sections.audit}
        list={list}
        keyOf={({ id }) => id}
        empty={audit.none}
        columns={[
          { label: audit.at, cell: ({ created_at }) => <Time at={created_at} /> },
          { label: audit.action, cell: ({ action }) => action },
          {
            label: audit.actor,
            cell: ({ actor_id }) => (actor_id === null ? audit.commandLine : <UserLink id={actor_id} />),
          },
          {
            label: columns.user,
            cell: ({ user_id }) => (user_id === null ? '–' : <UserLink id={user_id} />),
          },
          { label: audit.target, cell: ({ target }) => target ?? '–' },
          { label: audit.details, cell: ({ details }) => detailsText(details) },
        ]}
      />
    </section>
  );
}

const detailsText = (details: Record<string, unknown>): string =>
  Object.entries(details)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ') || '–';
