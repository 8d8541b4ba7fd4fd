import { FILE_KINDS, type FileKind } from './arguments.js';

/** A column and its accepted names; case and camelCase do not matter. */
interface Column {
  names: readonly string[];
  required: boolean;
}

const required = (...names: string[]): Column => ({ names, required: true });
const optional = (...names: string[]): Column => ({ names, required: false });

/** The columns of each file. Other columns are ignored and reported. */
export const COLUMNS = {
  users: {
    id: required('id', 'user_id'),
    mobile_number: required('mobile_number', 'mobile', 'phone', 'phone_number'),
    name: optional('name', 'full_name'),
    email: optional('email'),
    password_hash: optional('password_hash'),
    tier: optional('tier', 'status', 'is_pro'),
    created_at: optional('created_at', 'created'),
  },
  rooms: {
    id: required('id', 'room_id', 'chatroom_id'),
    user_id: required('user_id', 'owner_id'),
    name: optional('name', 'title'),
    system_prompt: optional('system_prompt'),
    created_at: optional('created_at', 'created'),
  },
  messages: {
    id: required('id', 'message_id'),
    room_id: required('room_id', 'chatroom_id'),
    role: required('role', 'sender'),
    content: required('content', 'text', 'message'),
    in_reply_to: optional('in_reply_to', 'parent_id'),
    created_at: optional('created_at', 'created', 'timestamp'),
  },
} as const satisfies Record<FileKind, Record<string, Column>>;

export type ColumnOf<K extends FileKind> = keyof (typeof COLUMNS)[K] & string;

/** Position of each column in a file's rows. */
export interface Header {
  width: number;
  at: ReadonlyMap<string, number>;
  /** Names of ignored columns. */
  unused: string[];
}

/** Reads a header row. A text result is an error, with the probable cause. */
export function readHeader(kind: FileKind, names: string[]): Header | string {
  const header = matchHeader(kind, names);
  if (typeof header !== 'string') return header;
  if (names.length === 1 && /[;\t|]/.test(names[0]!))
    return 'the header is one column: separate fields by commas';
  const isOther = FILE_KINDS.some((other) => typeof matchHeader(other, names) !== 'string');
  return isOther ? `${header} (the order is ${FILE_KINDS.join(', ')})` : header;
}

function matchHeader(kind: FileKind, names: string[]): Header | string {
  const plain = names.map(plainName);
  const at = new Map<string, number>();
  for (const [column, { names: known, required }] of Object.entries<Column>(COLUMNS[kind])) {
    const places = plain.flatMap((name, place) => (known.includes(name) ? [place] : []));
    if (places.length > 1)
      return `two columns are ${column}: ${known.join(', ')} are names of the same column`;
    if (places.length === 0 && required) return `the header has no column ${known.join(', or ')}`;
    if (places[0] !== undefined) at.set(column, places[0]);
  }
  const used = new Set(at.values());
  return { width: names.length, at, unused: names.filter((_, place) => !used.has(place)) };
}

/** `createdAt`, `Created_At` and ` created_at ` are the same name. */
const plainName = (name: string): string =>
  name
    .trim()
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase();
