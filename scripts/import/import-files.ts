import { SystemClock } from '../../src/platform/clock/clock.js';
import { apply, type Written } from './apply.js';
import type { FileKind, ImportOrder } from './arguments.js';
import type { ImportTools } from './import-tools.js';
import { makePlan, rejectedRows, type Plan } from './check.js';
import { Notes } from './notes.js';
import { readFiles } from './read-files.js';

/** Result of an import. */
export interface Outcome {
  rows: Record<FileKind, number>;
  notes: Record<FileKind, Notes>;
  plan: Plan;
  /** Null for a run that only checks. */
  written: Written | null;
}

/**
 * Reads the files, checks them as a whole, and only then writes.
 * @throws BadFile before anything is written
 */
export async function importFiles(order: ImportOrder, tools: ImportTools): Promise<Outcome> {
  const { client, config, tellCaches, rejections, progress } = tools;
  const now = new SystemClock().now();
  const notes = { users: new Notes(), rooms: new Notes(), messages: new Notes() };
  const rows = await readFiles(order, tools, notes, now);

  progress.start('Checking', 1);
  const plan = await makePlan(client, order.source, (done, of) => progress.update(done / of));
  progress.stop();
  for await (const { kind, line, reason } of rejectedRows(client)) rejections.add(kind, line, reason);
  if (order.dryRun) return { rows, notes, plan, written: null };

  progress.start('Writing ', rowsToWrite(plan));
  const written = await apply(client, plan, {
    source: order.source,
    now,
    tier: config.quota.defaultTier,
    tellCaches,
    progress: progress.update,
  });
  progress.stop();
  return { rows, notes, plan, written };
}

const rowsToWrite = ({ users, rooms, messages }: Plan): number =>
  users.staged - users.known - users.gone + rooms.staged - rooms.known - rooms.gone + messages.fresh;
