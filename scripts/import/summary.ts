import type { Written } from './apply.js';
import { FILE_KINDS, type FileKind } from './arguments.js';
import type { Plan } from './check.js';
import type { Outcome } from './import-files.js';
import type { Rejections } from './rejections.js';

/** Renders the result for people: counts of rows, without their content. */
export function summary(
  { rows, notes, plan, written }: Outcome,
  rejections: Rejections,
  seconds: number,
): string[] {
  const { users, rooms, messages } = plan;
  const would = written === null ? ' would be' : '';
  const left = leftOut(plan, written);
  const outcome: Record<FileKind, string> = {
    users: written
      ? `${count(written.accounts)} new accounts, ${count(written.joined)} mapped to the account of their number, ${count(users.known)} existed`
      : `${count(newUsers(plan))}${would} new or mapped to the account of their number, ${count(users.known)} existed`,
    rooms: `${count(written?.rooms ?? newRooms(plan))}${would} new, ${count(rooms.known)} existed`,
    messages: `${count(written?.messages ?? messages.fresh)}${would} new, ${count(messages.placed - messages.fresh)} existed`,
  };
  notes.messages.add(
    'rooms that were used here after their import: new messages are appended',
    written?.continuedRooms ?? 0,
  );
  const all = sumOf(rows);
  return [
    ...FILE_KINDS.flatMap((kind) => [
      `${kind}: ${count(rows[kind])} rows: ${outcome[kind]}, ${count(left[kind])} left out${left[kind] > 0 ? ' (deleted here since)' : ''}, ${count(rejections.counts[kind])} rejected.`,
      ...notes[kind].all.map(([text, times]) => `  ${count(times)} × ${text}`),
    ]),
    `${count(all)} rows in ${seconds.toFixed(1)} s (${count(Math.round(all / seconds))} a second), at most ${megabytes()} MB of memory.`,
    ...lastLine(written, rejections.total > 0, sumOf(left) > 0),
  ];
}

const newUsers = ({ users }: Plan): number => users.staged - users.known - users.gone;
const newRooms = ({ rooms }: Plan): number => rooms.staged - rooms.known - rooms.gone;

/** Rows that were deleted here: before this run, or between its checks and its writing. */
function leftOut(plan: Plan, written: Written | null): Record<FileKind, number> {
  const { users, rooms, messages } = plan;
  const missed = (planned: number, done: number | undefined) => planned - (done ?? planned);
  return {
    users: users.gone + missed(newUsers(plan), written ? written.accounts + written.joined : undefined),
    rooms: rooms.gone + missed(newRooms(plan), written?.rooms),
    messages: messages.gone + missed(messages.fresh, written?.messages),
  };
}

function lastLine(written: Written | null, someRejected: boolean, someLeftOut: boolean): string[] {
  if (written === null) return ['A dry run: nothing was written.'];
  if (written.accounts + written.joined + written.rooms + written.messages > 0) return [];
  const what = someRejected ? 'everything else' : 'everything';
  return [`Nothing new: ${what} exists already${someLeftOut ? ', or was deleted here' : ''}.`];
}

const sumOf = (counts: Record<FileKind, number>): number =>
  FILE_KINDS.reduce((sum, kind) => sum + counts[kind], 0);

const count = (rows: number): string => rows.toLocaleString('en');

/** Memory of this process, without the database. */
const megabytes = (): number => Math.round(process.resourceUsage().maxRSS / 1024);
