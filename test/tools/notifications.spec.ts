import { readdirSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { ROOT, sourceFiles } from './source-files.js';

/**
 * A NOTIFY holds a lock of the whole database until its transaction is durable, and so does adding a job to a queue on
 * PostgreSQL. Everything here is either an event that must not be lost, or a transaction that does not wait for the disk.
 */
const ALLOWED: Record<string, string[]> = {
  // The one text that publishes inside a statement; its type admits ended sessions and cache bypasses alone.
  // And the echo: nothing is written in its transaction.
  'src/platform/bus/bus.ts': ['pg_notify(', 'pg_notify('],
  'src/platform/bus/notifications.ts': ['pg_notify('],
  // An echo of the doctor, which writes nothing.
  'src/app/doctor/postgres-checks.ts': ['pg_notify('],
  'src/auth/sessions/sessions.repository.ts': ["busNotify('session.ended'"],
  'src/chatroom/list-cache/list-cache-bypass.repository.ts': [
    "busNotify('cache.bypass'",
    "busNotify('cache.bypass'",
  ],
};

const NOTIFICATION = /\bnotify\s+"?\w+"?[,;]|pg_notify\(|busNotify\('[\w.]+'|\badd_jobs?\(/gi;
const withoutComments = (text: string) =>
  text
    .split('\n')
    .filter((line) => !/^\s*(\*|\/\*|\/\/|--)/.test(line))
    .join('\n');

it('no transaction notifies that must reach the disk, but for ended sessions and cache bypasses', () => {
  const functions = resolve(ROOT, 'migrations/functions');
  const files = [
    ...sourceFiles('src'),
    ...sourceFiles('migrations'),
    ...readdirSync(functions).map((file) => resolve(functions, file)),
  ];
  const found = Object.fromEntries(
    files
      .map((path) => {
        const text = withoutComments(readFileSync(path, 'utf8'));
        return [relative(ROOT, path), [...text.matchAll(NOTIFICATION)].map(([match]) => match)] as const;
      })
      .filter(([, matches]) => matches.length > 0),
  );
  expect(found).toEqual(ALLOWED);
});

it('wake-ups and the queue’s own connection do not wait for the disk', () => {
  const text = (path: string) => readFileSync(resolve(ROOT, path), 'utf8');
  expect(text('src/platform/bus/notifications.ts')).toContain(
    "set_config('synchronous_commit', 'off', true)",
  );
  expect(text('src/platform/queue/queue-backend.ts')).toContain('-c synchronous_commit=off');
});
