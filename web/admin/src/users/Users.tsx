import type { AdminUser } from '../api/types.js';
import type { Route } from '../lib/route.js';
import { useList } from '../lib/use-page.js';
import { Time, UserLink } from '../parts/cells.js';
import { Filters } from '../parts/Filters.js';
import css from '../parts/parts.module.css';
import { ExportButton, Table } from '../parts/Table.js';
import { texts } from '../texts.js';
import { UserPage } from './UserPage.js';
import { UserState } from './UserState.js';

export function Users({ route }: { route: Route }) {
  if (route.id !== null) return <UserPage key={route.id} id={route.id} />;
  return <UserList filters={route.filters} />;
}

function UserList({ filters }: { filters: Record<string, string> }) {
  const list = useList<AdminUser>('/users', filters);
  const { users, columns } = texts;
  return (
    <section className={css['section']}>
      <h1>{texts.sections.users}</h1>
      <Filters
        section="users"
        filters={filters}
        fields={[
          { name: 'mobile_number', label: users.number },
          { name: 'tier', label: users.tier, choices: users.tiers },
        ]}
      >
        <ExportButton path="/users" filters={filters} />
      </Filters>
      <Table
        label={texts.sections.users}
        list={list}
        keyOf={({ id }) => id}
        empty={filters['mobile_number'] ? users.notFound : users.none}
        columns={[
          { label: users.number, cell: (user) => <UserLink id={user.id}>{user.mobile_number}</UserLink> },
          { label: columns.name, cell: ({ name }) => name ?? '–' },
          { label: users.tier, cell: ({ tier }) => tier },
          { label: columns.state, cell: (user) => <UserState user={user} /> },
          { label: users.usedToday, cell: ({ used_today }) => used_today, isNumber: true },
          { label: users.rooms, cell: ({ rooms }) => rooms, isNumber: true },
          { label: users.messages, cell: ({ messages }) => messages, isNumber: true },
          { label: users.sessions, cell: ({ live_sessions }) => live_sessions, isNumber: true },
          { label: columns.created, cell: ({ created_at }) => <Time at={created_at} /> },
        ]}
      />
    </section>
  );
}
