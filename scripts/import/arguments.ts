import { parseArgs } from 'node:util';

/** What the command was asked to do. */
export interface ImportOrder {
  files: Record<FileKind, string>;
  /** Namespace of the old ids. */
  source: string;
  /** Look at everything, write nothing. */
  dryRun: boolean;
  /** Take argon2id hashes along. */
  withPasswords: boolean;
}

export const FILE_KINDS = ['users', 'rooms', 'messages'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

export const USAGE = `npm run import -- [options] users.csv rooms.csv messages.csv
  --dry-run           look at every row and write nothing
  --source=<name>     name of the old backend, where there are several (default: import)
  --with-passwords    take argon2id hashes along, because the old backend verified the number before it accepted a password
The files and their columns: docs/moving-in.md`;

/** The order, or null where the words make none. */
export function readArguments(words: string[]): ImportOrder | null {
  try {
    const { values, positionals } = parseArgs({ args: words, options: OPTIONS, allowPositionals: true });
    const [users, rooms, messages, ...more] = positionals;
    if (!users || !rooms || !messages || more.length > 0 || !/^[\w.-]{1,64}$/.test(values.source))
      return null;
    return {
      files: { users, rooms, messages },
      source: values.source,
      dryRun: values['dry-run'],
      withPasswords: values['with-passwords'],
    };
  } catch {
    return null;
  }
}

const OPTIONS = {
  source: { type: 'string', default: 'import' },
  'dry-run': { type: 'boolean', default: false },
  'with-passwords': { type: 'boolean', default: false },
} as const;
