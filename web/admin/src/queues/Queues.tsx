import { useEffect } from 'react';
import { Button } from '../../../ui/components/Button.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import { ask, type Page } from '../api/admin.js';
import type { AdminQueue, FailedJob } from '../api/types.js';
import { useOne, wholeList } from '../lib/use-page.js';
import { Act } from '../parts/Act.js';
import { State, Time } from '../parts/cells.js';
import css from '../parts/parts.module.css';
import { ExportButton, Table } from '../parts/Table.js';
import { texts } from '../texts.js';

/** The counts change by themselves. */
const REFRESH_MS = 5000;

type QueuedJob = FailedJob & { queue: string };

export function Queues() {
  const queues = useOne<Page<AdminQueue>>('/queues');
  useEffect(() => {
    const timer = setInterval(queues.reload, REFRESH_MS);
    return () => clearInterval(timer);
  }, [queues.reload]);
  const { value } = queues;
  const change = (name: string, route: string, text: string) => async () => {
    await ask('POST', `/queues/${name}/${route}`);
    queues.reload();
    return text;
  };
  const rows = value?.data ?? null;
  const failed =
    rows?.flatMap(({ name, failed_jobs }) => failed_jobs.map((job) => ({ ...job, queue: name }))) ?? null;
  const words = texts.queues;
  const { columns } = texts;
  return (
    <section className={css['section']}>
      <h1>{texts.sections.queues}</h1>
      <div className={css['acts']}>
        <Button size="small" onClick={queues.reload}>
          {texts.refresh}
        </Button>
        <ExportButton path="/queues" filters={{}} />
      </div>
      <ProblemNotice error={queues.error} />
      <Table
        label={texts.sections.queues}
        list={wholeList(rows, queues.reload)}
        keyOf={({ name }: AdminQueue) => name}
        empty=""
        columns={[
          { label: columns.name, cell: ({ name }) => name },
          {
            label: columns.state,
            cell: ({ paused }) => (
              <State tone={paused ? 'bad' : 'good'} text={paused ? words.paused : words.running} />
            ),
          },
          { label: words.depth, cell: ({ depth }) => depth, isNumber: true },
          { label: words.waiting, cell: ({ waiting }) => waiting, isNumber: true },
          { label: words.active, cell: ({ active }) => active, isNumber: true },
          { label: words.delayed, cell: ({ delayed }) => delayed, isNumber: true },
          { label: words.failed, cell: ({ failed: count }) => count, isNumber: true },
          {
            label: columns.act,
            cell: ({ name, paused, waiting }) =>
              paused ? (
                <Act {...words.resume(name, waiting)} act={change(name, 'resume', words.resumed(name))} />
              ) : (
                <Act {...words.pause(name)} isDanger act={change(name, 'pause', words.pausedNow(name))} />
              ),
          },
        ]}
      />
      <h2>{words.failedTitle}</h2>
      <Table
        label={words.failedTitle}
        list={wholeList<QueuedJob>(failed, queues.reload)}
        keyOf={({ id, queue }) => `${queue} ${id}`}
        empty={words.noFailed}
        columns={[
          { label: words.queue, cell: ({ queue }) => queue },
          { label: words.job, cell: ({ name, id }) => `${name} ${id}` },
          { label: words.tries, cell: ({ attempts }) => attempts, isNumber: true },
          { label: columns.error, cell: ({ error }) => error ?? '–' },
          { label: words.failedAt, cell: ({ failed_at }) => <Time at={failed_at} /> },
          {
            label: columns.act,
            cell: ({ id, queue }) => (
              <Act
                {...words.retry(id)}
                act={change(queue, `jobs/${encodeURIComponent(id)}/retry`, words.retried)}
              />
            ),
          },
        ]}
      />
    </section>
  );
}
