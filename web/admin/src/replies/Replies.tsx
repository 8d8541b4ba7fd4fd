import { ask } from '../api/admin.js';
import type { AdminReply } from '../api/types.js';
import type { Route } from '../lib/route.js';
import { useList } from '../lib/use-page.js';
import { Act } from '../parts/Act.js';
import { Id, State, Time, UserLink } from '../parts/cells.js';
import { Filters } from '../parts/Filters.js';
import css from '../parts/parts.module.css';
import { ExportButton, Table } from '../parts/Table.js';
import { texts } from '../texts.js';

const STATES = ['failed', 'queued', 'streaming', 'retrying', 'completed', 'truncated', 'blocked', 'stopped'];
const toneOf = (status: string) => (status === 'failed' ? 'bad' : status === 'completed' ? 'good' : 'plain');

export function Replies({ route: { filters } }: { route: Route }) {
  const list = useList<AdminReply>('/replies', filters);
  const { replies, columns } = texts;
  const retry = (reply: AdminReply) => async () => {
    const now = await ask<AdminReply>('POST', `/replies/${reply.id}/retry`);
    list.replace(({ id }) => id === now.id, now);
    return replies.retried;
  };
  return (
    <section className={css['section']}>
      <h1>{texts.sections.replies}</h1>
      <Filters
        section="replies"
        filters={filters}
        fields={[
          {
            name: 'status',
            label: columns.state,
            choices: STATES.map((state) => [state === 'failed' ? '' : state, state]),
          },
          { name: 'user_id', label: columns.userId },
        ]}
      >
        <ExportButton path="/replies" filters={filters} />
      </Filters>
      <Table
        label={texts.sections.replies}
        list={list}
        keyOf={({ id }) => id}
        empty={replies.none(filters['status'] ?? 'failed')}
        columns={[
          { label: columns.id, cell: ({ id }) => <Id id={id} /> },
          { label: columns.user, cell: ({ user_id }) => <UserLink id={user_id} /> },
          { label: columns.state, cell: ({ status }) => <State tone={toneOf(status)} text={status} /> },
          { label: columns.error, cell: ({ error_code }) => error_code ?? '–' },
          { label: replies.provider, cell: ({ provider }) => provider ?? '–' },
          { label: replies.model, cell: ({ model }) => model ?? '–' },
          { label: replies.attempt, cell: ({ attempt }) => attempt, isNumber: true },
          { label: replies.retries, cell: ({ retries }) => retries, isNumber: true },
          { label: columns.created, cell: ({ created_at }) => <Time at={created_at} /> },
          {
            label: columns.act,
            cell: (reply) =>
              reply.status === 'failed' && (
                <Act
                  label={replies.retry}
                  name={replies.retryOf(reply.id.slice(-8))}
                  title={replies.retryTitle}
                  before={replies.retryLead}
                  act={retry(reply)}
                />
              ),
          },
        ]}
      />
    </section>
  );
}
