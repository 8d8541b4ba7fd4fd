import type { AdminUser } from '../api/types.js';
import { useList } from '../lib/use-page.js';
import css from '../parts/parts.module.css';
import { Notice } from '../../../ui/components/Notice.js';
import { hrefOf } from '../lib/route.js';
import { texts } from '../texts.js';

/** The first page: on an empty installation, what to do first. */
export function Today() {
  const { today } = texts;
  const users = useList<AdminUser>('/users', { limit: '2' });
  return (
    <section className={css['section']}>
      <h1>{texts.sections.today}</h1>
      {users.rows?.length === 1 && (
        <Notice title={today.empty} advice={today.emptyAdvice}>
          <a href={hrefOf('queues')}>{texts.sections.queues}</a>
        </Notice>
      )}
    </section>
  );
}
