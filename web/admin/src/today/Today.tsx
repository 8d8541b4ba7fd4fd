import { useEffect } from 'react';
import { Button } from '../../../ui/components/Button.js';
import { Notice, ProblemNotice } from '../../../ui/components/Notice.js';
import { listPath } from '../api/admin.js';
import type { AdminUser, Stats } from '../api/types.js';
import { hrefOf, type Route } from '../lib/route.js';
import { useList, useOne } from '../lib/use-page.js';
import { Filters } from '../parts/Filters.js';
import css from '../parts/parts.module.css';
import { ExportButton } from '../parts/Table.js';
import { texts } from '../texts.js';
import { Charts } from './Charts.js';
import { FigureTables } from './FigureTables.js';
import { Tiles } from './Tiles.js';

/** Processes add their counts every ten seconds. */
const REFRESH_MS = 10_000;

/** The numbers of today and of the last days; on an empty installation, what to do first. */
export function Today({ route: { filters } }: { route: Route }) {
  const { today } = texts;
  const stats = useOne<Stats>(listPath('/stats', filters));
  const users = useList<AdminUser>('/users', { limit: '2' });
  useEffect(() => {
    const timer = setInterval(stats.reload, REFRESH_MS);
    return () => clearInterval(timer);
  }, [stats.reload]);
  const { value } = stats;
  return (
    <section className={css['section']}>
      <h1>{texts.sections.today}</h1>
      {users.rows?.length === 1 && (
        <Notice title={today.empty} advice={today.emptyAdvice}>
          <a href="/">{today.console}</a>
        </Notice>
      )}
      <ProblemNotice error={stats.error}>
        <Button size="small" onClick={stats.reload}>
          {texts.common.tryAgain}
        </Button>
      </ProblemNotice>
      {value === null && stats.error === null && <p role="status">{texts.common.loading}</p>}
      {value && (
        <>
          <Tiles stats={value} />
          <h2>{today.days(value.data.length)}</h2>
          <Filters
            section="today"
            filters={filters}
            fields={[{ name: 'days', label: today.period, choices: today.periods }]}
          >
            <ExportButton path="/stats" filters={filters} />
          </Filters>
          <p className={css['soft']}>
            {value.counted_since === null
              ? today.nothing
              : today.counted(value.counted_since, value.time_zone)}
          </p>
          <Charts stats={value} />
          <FigureTables stats={value} />
          <p>
            <a href={hrefOf('replies')}>{today.failedReplies}</a>
          </p>
        </>
      )}
    </section>
  );
}
