import { busNotify } from '../../src/platform/bus/bus.js';
import { DEFAULT_ROOM_NAME } from '../../src/chatroom/chatroom.entity.js';
import { oldKey } from './old-key.js';
import { isImported } from './plan.statements.js';

const isNew = (alias: string): string =>
  `not exists (select from imported_rows i where i.source = $1 and i.kind = 'user' and i.old_key = ${oldKey('user', `${alias}.old_id`)})`;

/**
 * Creates the accounts of numbers that have none. An existing account, also one that a first sign-in creates at this
 * moment, is not changed. `$1`: source; `$2`, `$3`: lines; `$4`: tier. Index: users_mobile_number_key.
 */
export const INSERT_USERS = `
  insert into users (id, mobile_number, quota_key, name, email, password_hash, tier, created_at, updated_at)
  select distinct on (s.mobile_number) s.id, s.mobile_number, s.quota_key, s.name, s.email, s.password_hash, $4, s.created_at, s.created_at
  from staged_users s where s.line > $2 and s.line <= $3 and ${isNew('s')}
  order by s.mobile_number, s.line
  on conflict on constraint users_mobile_number_key do nothing`;

/**
 * Maps old users to accounts by number: to an existing account, and two old users of one number to the same. Parameters
 * as above.
 */
export const REMEMBER_USERS = `
  insert into imported_rows (source, kind, old_key, id)
  select $1, 'user', ${oldKey('user', 's.old_id')}, u.id
  from staged_users s join users u on u.mobile_number = s.mobile_number
  where s.line > $2 and s.line <= $3 and ${isNew('s')}`;

/**
 * Locks the batch's rooms that exist here, before anything else: locks are taken in the order room, count of rooms,
 * account, as everywhere. `$1`: batch. Index: chatrooms_pkey.
 */
export const LOCK_ROOMS = `
  select from staged_rooms r join chatrooms c on c.id = r.id where r.batch = $1 order by c.id for no key update of c`;

/** `$1`: source; `$2`: batch; `$3`: now. */
export const INSERT_ROOMS = `
  with made as (
    insert into chatrooms (id, user_id, name, name_source, system_prompt, last_activity_at, created_at, updated_at)
    select r.id, u.id, coalesce(r.name, '${DEFAULT_ROOM_NAME}'), case when r.name is null then 'default' else 'user' end,
           r.system_prompt, born.at, born.at, born.at
    from staged_rooms r
    join imported_rows i on i.source = $1 and i.kind = 'user' and i.old_key = ${oldKey('user', 'r.user_old_id')}
    join users u on u.id = i.id
    cross join lateral (select coalesce(r.created_at, (
      select min(m.created_at) from planned_messages p join staged_messages m on m.line = p.line where p.room_id = r.id
    ), $3) as at) born
    where r.batch = $2 and not r.is_known
    returning id
  )
  insert into imported_rows (source, kind, old_key, id)
  select $1, 'room', ${oldKey('room', 'r.old_id')}, r.id from made join staged_rooms r on r.id = made.id`;

/**
 * Inserts the messages of the batch's rooms and updates the rooms, under the rooms' locks, so that a concurrent message
 * of a user comes before or after them. A conversation that continued here continues from its newest message; late
 * messages come behind it, in the order of acceptance. `$1`: batch. Indexes: chatrooms_pkey, messages_pkey,
 * messages_chatroom_id_seq_key.
 */
export const INSERT_MESSAGES = `
  with room as materialized (
    select c.id, c.user_id, c.message_count, c.tail_id
    from staged_rooms r join chatrooms c on c.id = r.id where r.batch = $1
    order by c.id for no key update of c
  ),
  added as materialized (
    select p.*, m.content, m.created_at, room.user_id, room.message_count + p.n as seq, room.tail_id
    from room join planned_messages p on p.room_id = room.id join staged_messages m on m.line = p.line
  ),
  moved as (
    update chatrooms c
    set message_count = c.message_count + a.count,
        tail_id = case when c.tail_id is null or ${isImported('c.tail_id', 'c.id')} then coalesce(a.tail_id, c.tail_id) else c.tail_id end,
        last_message_at = greatest(c.last_message_at, a.last_at),
        last_activity_at = coalesce(greatest(c.last_message_at, a.last_at), c.last_activity_at)
    from (
      select room_id, count(*)::int as count, (array_agg(id order by n desc) filter (where is_on_path))[1] as tail_id,
             max(created_at) filter (where role = 'user') as last_at
      from added group by room_id
    ) a
    where c.id = a.room_id
  )
  insert into messages (id, chatroom_id, user_id, seq, parent_id, in_reply_to, role, content, status, finish_reason, attempt,
    active, created_at, completed_at)
  select id, room_id, user_id, seq, coalesce(parent_id, tail_id), question_id, role, content, 'completed',
         case role when 'model' then 'stop' end, case role when 'model' then 1 else 0 end, is_active, created_at, created_at
  from added order by room_id, n`;

/**
 * Makes a late answer the active one to its message; in a room that was forked here it is only stored. `$1`: batch.
 * Indexes: chatrooms_pkey, those of settle_answers.
 */
export const SETTLE_LATE_ANSWERS = `
  with newest as materialized (
    select distinct on (p.question_id) p.id, p.room_id, p.question_id
    from staged_rooms r join planned_messages p on p.room_id = r.id
    where r.batch = $1 and p.is_late
    order by p.question_id, p.n desc
  ),
  settled as materialized (
    select m.id, case when c.branches = 0 then settle_answers(m.chatroom_id, m.in_reply_to, m.id, m.seq) else false end as active
    from newest join messages m on m.id = newest.id join chatrooms c on c.id = m.chatroom_id
  )
  update messages m set active = settled.active from settled where m.id = settled.id and m.active <> settled.active`;

/** First messages of new rooms without a name. `$1`: batch. Index: messages_chatroom_id_seq_key. */
export const UNNAMED_ROOMS = `
  select c.id, (select content from messages m where m.chatroom_id = c.id and m.role = 'user' order by m.seq limit 1) as content
  from staged_rooms r join chatrooms c on c.id = r.id
  where r.batch = $1 and not r.is_known and c.name_source = 'default' and c.message_count > 0`;

export const NAME_ROOMS = `
  update chatrooms c set name = named.name, name_source = 'message'
  from unnest($1::uuid[], $2::text[]) as named (id, name) where c.id = named.id`;

/**
 * Bypasses the list cache of the batch's users, in the same transaction: from its commit on every process reads their
 * lists from PostgreSQL, until the cache has a new version (src/chatroom/list-cache/bypass-reconciler.ts). `$1`: batch.
 */
export const BYPASS_LISTS = `
  with noted as (
    insert into list_cache_bypass as known (user_id, since)
    select user_id, clock_timestamp()
    from (select distinct c.user_id from staged_rooms r join chatrooms c on c.id = r.id where r.batch = $1) owners
    on conflict on constraint list_cache_bypass_pkey do update
      set since = greatest(excluded.since, known.since + interval '1 microsecond')
    returning user_id, (extract(epoch from since) * 1000000)::float8 as stamp
  )
  select ${busNotify('cache.bypass', `json_build_object('userId', user_id, 'on', true, 'stamp', stamp)`)} from noted`;

/** Rooms of the batch that were used here after their import. `$1`: batch. */
export const COUNT_CONTINUED_ROOMS = `
  select count(*)::int as count from staged_rooms r join chatrooms c on c.id = r.id
  where r.batch = $1 and c.tail_id is not null and not ${isImported('c.tail_id', 'c.id')}`;
