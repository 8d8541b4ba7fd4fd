import type { FileKind } from './arguments.js';

/**
 * The files as temporary tables of the one session that imports: whatever ends it, nothing is left of them. In the order
 * in which COPY is given the columns.
 */
const STAGED = {
  users: {
    line: 'integer',
    old_id: 'text',
    id: 'uuid',
    mobile_number: 'text',
    quota_key: 'bytea',
    name: 'text',
    email: 'text',
    password_hash: 'text',
    created_at: 'timestamptz',
  },
  rooms: {
    line: 'integer',
    old_id: 'text',
    id: 'uuid',
    user_old_id: 'text',
    name: 'text',
    system_prompt: 'text',
    created_at: 'timestamptz',
  },
  messages: {
    line: 'integer',
    old_id: 'text',
    room_old_id: 'text',
    role: 'text',
    content: 'text',
    in_reply_to: 'text',
    created_at: 'timestamptz',
  },
} as const satisfies Record<FileKind, Record<string, string>>;

/** A row as it is staged. */
export type StagedRow<K extends FileKind> = Record<keyof (typeof STAGED)[K], string | number | null>;
/** A row that cannot come over, and why. It goes along with the others: what is known of a file is in one place. */
export type RejectedRow = Record<'line' | 'rejected', string | number>;

export const stagedColumns = (kind: FileKind): string[] => [...Object.keys(STAGED[kind]), 'rejected'];

export const copyInto = (kind: FileKind): string =>
  `copy staged_${kind} (${stagedColumns(kind).join(', ')}) from stdin`;

const table = (kind: FileKind): string =>
  `create temp table staged_${kind} (${Object.entries({ ...STAGED[kind], rejected: 'text' })
    .map(([name, type]) => `${name} ${type}`)
    .join(', ')})`;

/** What cannot come over: because of what it says, and of what else there is, or is not. */
const REJECTED = 'create temp table staged_rejected (kind text, line integer, reason text)';

export const MAKE_STAGING = [table('users'), table('rooms'), table('messages'), REJECTED].join(';\n');

/** Once everything is in: what the checks look up. */
export const INDEX_STAGING = `
  create index on staged_users (old_id);
  create index on staged_rooms (old_id);
  create index on staged_messages (line);
  alter table staged_rooms add column is_known boolean not null default false, add column is_gone boolean not null default false,
    add column batch integer;
  analyze staged_users, staged_rooms, staged_messages`;
