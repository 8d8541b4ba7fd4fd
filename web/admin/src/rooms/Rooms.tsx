import { useState } from 'react';
import { ask } from '../api/admin.js';
import type { AdminRoom } from '../api/types.js';
import type { Route } from '../lib/route.js';
import { useList } from '../lib/use-page.js';
import { Act } from '../parts/Act.js';
import { Id, Time, UserLink } from '../parts/cells.js';
import { Filters } from '../parts/Filters.js';
import css from '../parts/parts.module.css';
import { ExportButton, Table } from '../parts/Table.js';
import { texts } from '../texts.js';
import { RoomTexts } from './RoomTexts.js';

export function Rooms({ route: { filters } }: { route: Route }) {
  const list = useList<AdminRoom>('/rooms', filters);
  const [opened, setOpened] = useState<{ id: string; until: string } | null>(null);
  const { rooms, columns } = texts;
  const open = (id: string) => async (values: Record<string, string>) => {
    const { expires_at } = await ask<{ expires_at: string }>('POST', `/rooms/${id}/access`, values);
    setOpened({ id, until: expires_at });
    return rooms.opened;
  };
  return (
    <section className={css['section']}>
      <h1>{texts.sections.rooms}</h1>
      <Filters section="rooms" filters={filters} fields={[{ name: 'user_id', label: columns.userId }]}>
        <ExportButton path="/rooms" filters={filters} />
      </Filters>
      {opened && <RoomTexts key={opened.id} {...opened} onClose={() => setOpened(null)} />}
      <Table
        label={texts.sections.rooms}
        list={list}
        keyOf={({ id }) => id}
        empty={rooms.none}
        columns={[
          { label: columns.id, cell: ({ id }) => <Id id={id} /> },
          { label: columns.user, cell: ({ user_id }) => <UserLink id={user_id} /> },
          { label: rooms.messages, cell: ({ message_count }) => message_count, isNumber: true },
          { label: texts.sections.replies, cell: ({ replies }) => countsText(replies) },
          { label: rooms.lastMessage, cell: ({ last_message_at }) => <Time at={last_message_at} /> },
          { label: columns.created, cell: ({ created_at }) => <Time at={created_at} /> },
          {
            label: columns.act,
            cell: ({ id }) => (
              <Act
                label={rooms.read}
                name={rooms.readOf(id.slice(-8))}
                title={rooms.readTitle}
                before={rooms.readLead}
                fields={[{ name: 'reason', label: texts.reason, hint: rooms.reasonHint, isRequired: true }]}
                act={open(id)}
              />
            ),
          },
        ]}
      />
    </section>
  );
}

const countsText = (counts: Record<string, unknown>): string =>
  Object.entries(counts)
    .map(([state, count]) => `${String(count)} ${state}`)
    .join(', ') || '–';
