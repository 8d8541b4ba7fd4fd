import type { FileKind } from './arguments.js';

/** The files as temporary tables of the import's session, which vanish with it. The columns are in the order of COPY. */
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

/** A staged row. */
export type StagedRow<K extends FileKind> = Record<keyof (typeof STAGED)[K], string | number | null>;
/** A rejected row, with its reason, staged in the same order as the others. */
export type RejectedRow = Record<'line' | 'rejected', string | number>;

export const stagedColumns = (kind: FileKind): string[] => [...Object.keys(STAGED[kind]), 'rejected'];

export const copyInto = (kind: FileKind): string =>
  `copy staged_${kind} (${stagedColumns(kind).join(', ')}) from stdin`;

const table = (kind: FileKind): string =>
  `create temp table staged_${kind} (${Object.entries({ ...STAGED[kind], rejected: 'text' })
    .map(([name, type]) => `${name} ${type}`)
    .join(', ')})`;

/** Reasons for rejection: the row itself, other rows, or existing data. */
const REJECTED = 'create temp table staged_rejected (kind text, line integer, reason text)';

export const MAKE_STAGING = [table('users'), table('rooms'), table('messages'), REJECTED].join(';\n');

/** Indexes for the checks, created after all rows are staged. */
export const INDEX_STAGING = `
  create index on staged_users (old_id);
  create index on staged_rooms (old_id);
  create index on staged_messages (line);
  alter table staged_rooms add column is_known boolean not null default false, add column is_gone boolean not null default false,
    add column batch integer;
  analyze staged_users, staged_rooms, staged_messages`;
