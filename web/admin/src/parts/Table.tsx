import type { ReactNode } from 'react';
import { useTask } from '../../../ui/lib/use-task.js';
import { Button } from '../../../ui/components/Button.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import { exportCsv } from '../api/export-csv.js';
import type { List } from '../lib/use-page.js';
import { texts } from '../texts.js';
import { done } from './done.js';
import css from './parts.module.css';

export interface Column<T> {
  label: string;
  cell: (row: T) => ReactNode;
  isNumber?: boolean;
}

interface Props<T> {
  /** Accessible name of the table. */
  label: string;
  columns: readonly Column<T>[];
  list: List<T>;
  keyOf: (row: T) => string;
  empty: string;
}

/** A dense table of a list, which grows by a page. Wide ones scroll in their own frame. */
export function Table<T>({ label, columns, list, keyOf, empty }: Props<T>) {
  const { common } = texts;
  return (
    <>
      <ProblemNotice error={list.error}>
        <Button size="small" onClick={list.reload}>
          {common.tryAgain}
        </Button>
      </ProblemNotice>
      {list.rows === null && list.isLoading && <p role="status">{common.loading}</p>}
      {list.rows?.length === 0 && <p className={css['empty']}>{empty}</p>}
      {list.rows !== null && list.rows.length > 0 && (
        <div className={css['frame']} role="region" aria-label={label} tabIndex={0}>
          <table className={css['table']}>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column.label} scope="col" className={column.isNumber ? css['number'] : undefined}>
                    {column.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {list.rows.map((row) => (
                <tr key={keyOf(row)}>
                  {columns.map((column) => (
                    <td key={column.label} className={column.isNumber ? css['number'] : undefined}>
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {list.hasMore && (
        <Button size="small" disabled={list.isLoading} onClick={list.more}>
          {common.more}
        </Button>
      )}
    </>
  );
}

/** Exports the list with its filters, all pages. */
export function ExportButton({ path, filters }: { path: string; filters: Record<string, string> }) {
  const task = useTask(async () => done(texts.exported(await exportCsv(path, filters))));
  return (
    <>
      <Button size="small" disabled={task.isRunning} onClick={() => task.run()}>
        {texts.exportCsv}
      </Button>
      <ProblemNotice error={task.error} />
    </>
  );
}
