import { parseArgs } from 'node:util';

/** The parsed arguments of the command. */
export interface ImportOrder {
  files: Record<FileKind, string>;
  /** Namespace of the old ids. */
  source: string;
  /** Checks everything and writes nothing. */
  dryRun: boolean;
  /** Imports argon2id hashes as well. */
  withPasswords: boolean;
}

export const FILE_KINDS = ['users', 'rooms', 'messages'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

export const USAGE = `npm run import -- [options] users.csv rooms.csv messages.csv
  --dry-run           check every row and write nothing
  --source=<name>     name of the old backend, if there are several (default: import)
  --with-passwords    import argon2id hashes; only if the old backend verified the number before it accepted a password
The files and their columns: docs/moving-in.md`;

/** Parses the arguments; null when they are invalid. */
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
