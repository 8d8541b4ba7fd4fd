import { FILE_KINDS, type FileKind } from './arguments.js';
import type { Outcome } from './import-files.js';
import type { Rejections } from './rejections.js';

/** What came of it, for people: numbers of rows, nothing of what stands in them. */
export function summary(
  { rows, notes, plan, written }: Outcome,
  rejections: Rejections,
  seconds: number,
): string[] {
  const { users, rooms, messages } = plan;
  const would = written === null ? ' would be' : '';
  const newMessages = written?.messages ?? messages.fresh;
  const told: Record<FileKind, string> = {
    users: written
      ? `${count(written.accounts)} new accounts, ${count(written.joined)} joined one of their number, ${count(users.known)} were there`
      : `${count(users.staged - users.known)}${would} new or join the account of their number, ${count(users.known)} were there`,
    rooms: `${count(written?.rooms ?? rooms.staged - rooms.known - rooms.gone)}${would} new, ${count(rooms.known)} were there`,
    messages: `${count(newMessages)}${would} new, ${count(messages.placed - messages.fresh)} were there`,
  };
  notes.rooms.add('left out: deleted here since, or their account is', rooms.gone);
  notes.messages.add(
    'rooms in which somebody has gone on here: what is new stands after that',
    written?.goneOn ?? 0,
  );
  const all = FILE_KINDS.reduce((sum, kind) => sum + rows[kind], 0);
  return [
    ...FILE_KINDS.flatMap((kind) => [
      `${kind}: ${count(rows[kind])} rows: ${told[kind]}, ${count(rejections.counts[kind])} rejected.`,
      ...notes[kind].all.map(([text, times]) => `  ${count(times)} × ${text}`),
    ]),
    `${count(all)} rows in ${seconds.toFixed(1)} s (${count(Math.round(all / seconds))} a second), at most ${megabytes()} MB of memory.`,
    ...(written === null
      ? ['A dry run: nothing was written.']
      : written.accounts + written.joined + written.rooms + written.messages === 0
        ? ['Nothing new: everything was there.']
        : []),
  ];
}

const count = (rows: number): string => rows.toLocaleString('en');

/** Of this process; the database has its own. */
const megabytes = (): number => Math.round(process.resourceUsage().maxRSS / 1024);
