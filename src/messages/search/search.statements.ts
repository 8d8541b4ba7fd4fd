import { statement } from '../../platform/database/statement.js';
import { SLICE_BYTES } from './block.js';

/** Microseconds since 1970 of a time, exact up to 2^53; and the time of microseconds. */
const micros = (column: string) => `(extract(epoch from ${column}) * 1000000)::float8`;
const timeOf = (name: string) => `('epoch'::timestamptz + :${name}::float8 * interval '1 microsecond')`;

/** A message that may match. */
export interface FoundMessage {
  id: string;
  at: number;
  roomId: string;
  roomName: string;
  seq: number;
  role: 'user' | 'model';
  createdAt: Date;
  content: string;
}

/** A message of the tail; without an id: it is deleted, or the filters leave it out. */
export type TailRow = FoundMessage | { at: number; tailId: string; id: null };

export interface Filters {
  userId: string;
  roomId: string | null;
  role: string | null;
  /** Microseconds: the oldest time of a result. */
  from: number;
}

const MESSAGE = `m.id, m.chatroom_id as "roomId", r.name as "roomName", m.seq, m.role, m.created_at as "createdAt", m.content`;
/** The owner is checked in the message and in its room, whatever the tail or a block says. */
const OWNED = `m.user_id = :userId and (:roomId::uuid is null or m.chatroom_id = :roomId) and (:role::text is null or m.role = :role)`;

/** The next messages of the tail, newest first. Indexes: search_tail_pkey, messages_pkey, chatrooms_pkey. */
export const TAIL = statement<Filters & { at: number; id: string; limit: number }, TailRow>(
  'search-tail',
  `
    select t.message_id as "tailId", ${micros('t.created_at')} as at, found.*
    from (
      select created_at, message_id from search_tail
      where user_id = :userId and created_at >= ${timeOf('from')}
        and (created_at, message_id) < (${timeOf('at')}, :id::uuid)
      order by created_at desc, message_id desc limit :limit
    ) t
    left join lateral (
      select ${MESSAGE} from messages m join chatrooms r on r.id = m.chatroom_id and r.user_id = :userId
      where m.id = t.message_id and ${OWNED}
    ) found on true
    order by t.created_at desc, t.message_id desc`,
);

export interface BlockRow {
  id: string;
  newestAt: number;
  oldestAt: number;
}

/** The blocks that may have results, newest first. Index: search_blocks_user_idx. */
export const BLOCKS = statement<Omit<Filters, 'role'> & { at: number }, BlockRow>(
  'search-blocks',
  `
    select id, ${micros('newest_at')} as "newestAt", ${micros('oldest_at')} as "oldestAt" from search_blocks
    where user_id = :userId and oldest_at <= ${timeOf('at')} and newest_at >= ${timeOf('from')}
      and (:roomId::uuid is null or :roomId = any(rooms))
    order by newest_at desc, newest_id desc`,
);

/** The slices of some grams in some blocks, one after the other. Index: search_blocks_pkey. */
export const SLICES = statement<
  { ids: string[]; grams: number[] },
  { id: string; slices: Buffer; size: number }
>(
  'search-slices',
  `
    select b.id, octet_length(b.members) / 24 as size, (
      select string_agg(substring(b.slices from (gram & (b.buckets - 1)) * ${SLICE_BYTES} + 1 for ${SLICE_BYTES}), ''::bytea)
      from unnest(:grams::integer[]) gram
    ) as slices
    from search_blocks b where b.id = any(:ids::uuid[])`,
);

/** Index: search_blocks_pkey. */
export const MEMBERS = statement<{ id: string }, { members: Buffer }>(
  'search-members',
  'select members from search_blocks where id = :id',
);

/**
 * Candidates, by the number of their pair of block and place. `offset 0` keeps the join in its order: for a person with far more
 * messages than most, the planner would otherwise begin with all messages of their rooms and compare each with each candidate.
 * Indexes: search_blocks_pkey, messages_pkey, chatrooms_pkey.
 */
export const CANDIDATES = statement<
  Omit<Filters, 'from'> & { blocks: string[]; places: number[] },
  FoundMessage & { nth: number }
>(
  'search-candidates',
  `
    select c.nth::integer as nth, found.*
    from unnest(:blocks::uuid[], :places::integer[]) with ordinality as c (block, place, nth)
    join search_blocks b on b.id = c.block
    cross join lateral (
      select ${micros('m.created_at')} as at, ${MESSAGE}
      from messages m join chatrooms r on r.id = m.chatroom_id and r.user_id = :userId
      where m.id = encode(substring(b.members from c.place * 24 + 9 for 16), 'hex')::uuid and ${OWNED}
      offset 0
    ) found`,
);

export interface FoundRoom {
  id: string;
  name: string;
  at: number;
}

/** Every room with its name: a person has at most 10,000. Index: chatrooms_list_idx. */
export const ROOMS = statement<{ userId: string; from: number; at: number; id: string }, FoundRoom>(
  'search-rooms',
  `
    select id, name, ${micros('created_at')} as at from chatrooms
    where user_id = :userId and created_at >= ${timeOf('from')} and (created_at, id) < (${timeOf('at')}, :id::uuid)`,
);

/** The next user whose tail may be long. Index: search_due_pkey. */
export const NEXT_DUE = statement<{ after: string }, { userId: string }>(
  'search-next-due',
  `select user_id as "userId" from search_due where user_id > :after order by user_id limit 1`,
);

/** Index: search_due_pkey. */
export const NOT_DUE = statement<{ userId: string }>(
  'search-not-due',
  'delete from search_due where user_id = :userId',
);

/** True if the tail has at least that many rows. Index: search_tail_pkey. */
export const IS_LONG = statement<{ userId: string; rows: number }, { isLong: boolean }>(
  'search-is-long',
  `select count(*) >= :rows::integer as "isLong" from (select from search_tail where user_id = :userId limit :rows) t`,
);

/** One worker at a time makes blocks of a user. */
export const TRY_LOCK = statement<{ userId: string }, { locked: boolean }>(
  'search-try-lock',
  `select pg_try_advisory_xact_lock(1936028771, hashtext(:userId::uuid::text)) as locked`,
);

/**
 * Keeps the account while its block is made: the deletion of an account locks its row before the tail, too. Index
 * users_pkey.
 */
export const KEEP_USER = statement<{ userId: string }, { id: string }>(
  'search-keep-user',
  `select id from users where id = :userId for key share`,
);

/**
 * Takes the oldest messages out of the tail that are final or deleted. A row whose version has risen meanwhile stays: its text
 * is changing. The rows are found once and deleted where they are (`ctid`), and `is true` keeps their versions in a hash table: in
 * a join, the planner would find them again for each row of a tail that is longer than most. Versions are compared because
 * PostgreSQL did not compare `ctid` again after a wait for another transaction before its releases of late 2025. Indexes:
 * search_tail_pkey, messages_pkey.
 */
export const TAKE_TAIL = statement<{ userId: string; limit: number }, { id: string }>(
  'search-take-tail',
  `
    with oldest as materialized (
      select o.ctid as place, o.message_id, o.version
      from search_tail o left join messages m on m.id = o.message_id
      where o.user_id = :userId and (m.id is null or m.completed_at is not null)
      order by o.created_at, o.message_id limit :limit
    )
    delete from search_tail t
    where t.ctid = any (array(select place from oldest))
      and ((t.message_id, t.version) in (select message_id, version from oldest)) is true
    returning t.message_id as id`,
);

/** The texts for a block, oldest first. Index: messages_pkey. */
export const TEXTS = statement<
  { userId: string; ids: string[] },
  { id: string; at: number; roomId: string; role: string; content: string }
>(
  'search-texts',
  `
    select id, ${micros('created_at')} as at, chatroom_id as "roomId", role, content from messages
    where id = any(:ids::uuid[]) and user_id = :userId order by created_at, id`,
);

export interface NewBlock {
  id: string;
  userId: string;
  newestAt: number;
  newestId: string;
  oldestAt: number;
  rooms: string[];
  members: Buffer;
  slices: Buffer;
  buckets: number;
  /** A room was deleted while the block was made. */
  stale: boolean;
}

/**
 * The rooms that still exist, kept until the block is committed: a deletion that comes later marks the block, one that came
 * earlier is missing here. Index chatrooms_pkey.
 */
export const KEEP_ROOMS = statement<{ rooms: string[] }, { id: string }>(
  'search-keep-rooms',
  'select id from chatrooms where id = any(:rooms::uuid[]) order by id for key share',
);

/** Inserts a block, or replaces it. Index: search_blocks_pkey. */
export const PUT_BLOCK = statement<NewBlock>(
  'search-put-block',
  `
    insert into search_blocks (id, user_id, newest_at, newest_id, oldest_at, rooms, members, slices, buckets, stale)
    values (:id, :userId, ${timeOf('newestAt')}, :newestId, ${timeOf('oldestAt')}, :rooms::uuid[], :members, :slices, :buckets, :stale)
    on conflict (id) do update set newest_at = excluded.newest_at, newest_id = excluded.newest_id, oldest_at = excluded.oldest_at,
      rooms = excluded.rooms, members = excluded.members, slices = excluded.slices, buckets = excluded.buckets, stale = excluded.stale`,
);

/** Index: search_blocks_pkey. */
export const DELETE_BLOCK = statement<{ id: string }>(
  'search-delete-block',
  'delete from search_blocks where id = :id',
);

/** One block with messages of a deleted room. Index: search_blocks_stale_idx. */
export const TAKE_STALE = statement<Record<string, never>, { id: string; userId: string; members: Buffer }>(
  'search-take-stale',
  'select id, user_id as "userId", members from search_blocks where stale limit 1 for update skip locked',
);

/** Before the rooms of a deleted account. Index: search_blocks_user_idx. */
export const DELETE_BLOCKS_OF_ACCOUNT = statement<{ userId: string }>(
  'account-search-blocks-delete',
  'delete from search_blocks where user_id = :userId',
);
