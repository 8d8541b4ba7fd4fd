import type { Feedback, FeedbackCounts } from '../api/types.js';
import type { Route } from '../lib/route.js';
import { useList } from '../lib/use-page.js';
import { Id, State, Time, UserLink } from '../parts/cells.js';
import { Filters } from '../parts/Filters.js';
import css from '../parts/parts.module.css';
import { ExportButton, Table } from '../parts/Table.js';
import { texts } from '../texts.js';

/** What users think of replies. */
export function FeedbackList({ route: { filters } }: { route: Route }) {
  const list = useList<Feedback>('/feedback', filters);
  const { feedback, columns } = texts;
  const counts = (list.firstPage as { counts?: FeedbackCounts | null } | null)?.counts;
  return (
    <section className={css['section']}>
      <h1>{texts.sections.feedback}</h1>
      <p>{feedback.lead}</p>
      <Filters
        section="feedback"
        filters={filters}
        fields={[
          { name: 'rating', label: feedback.rating, choices: feedback.ratings },
          { name: 'tag', label: feedback.tag },
          { name: 'user_id', label: columns.userId },
        ]}
      >
        <ExportButton path="/feedback" filters={filters} />
      </Filters>
      {counts && (
        <p role="status">
          <strong>{feedback.counts(counts.up, counts.down)}</strong>{' '}
          {counts.tags.map(({ tag, count }) => `${tag} ${count}`).join(', ')}
        </p>
      )}
      <Table
        label={texts.sections.feedback}
        list={list}
        keyOf={({ reply_id }) => reply_id}
        empty={feedback.none}
        columns={[
          { label: feedback.given, cell: ({ given_at }) => <Time at={given_at} /> },
          {
            label: feedback.rating,
            cell: ({ rating }) => <State tone={rating === 'down' ? 'bad' : 'good'} text={rating} />,
          },
          { label: feedback.tags, cell: ({ tags }) => tags.join(', ') || '–' },
          {
            label: feedback.comment,
            cell: ({ has_comment }) => (has_comment ? feedback.hasComment : '–'),
          },
          { label: texts.replies.model, cell: ({ model }) => model ?? '–' },
          { label: columns.user, cell: ({ user_id }) => <UserLink id={user_id} /> },
          { label: feedback.room, cell: ({ chatroom_id }) => <Id id={chatroom_id} /> },
        ]}
      />
    </section>
  );
}
