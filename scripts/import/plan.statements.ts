/**
 * A message's id, derived from its room and its old id, so that a second run recognises imported messages without a table
 * of a million ids. A UUIDv7 in form: its first 48 bits are those of the room, so that the messages of a room are
 * neighbours in the index; then 74 bits of the hash.
 */
const idOf = (room: string, oldId: string): string => `(
  select (left(room, 12) || '7' || left(hash, 3) || substr('89ab', 1 + (get_byte(decode(hash, 'hex'), 2) & 3), 1) || substr(hash, 7, 15))::uuid
  from (select replace(${room}::text, '-', '') as room,
               encode(sha256(convert_to(${room}::text || ' ' || ${oldId}, 'UTF8')), 'hex') as hash) of_it)`;

/** True for an imported message of the room: later messages have another time in their id. */
export const isImported = (message: string, room: string): string =>
  `left(${message}::text, 13) = left(${room}::text, 13)`;

/**
 * Orders the messages of each room by time, then by line. A turn begins with a message of the user; model messages up to
 * the next one answer it.
 */
export const PLACE_MESSAGES = `
  create temp table staged_turns as
  with found as (
    select m.line, m.role, m.old_id, m.in_reply_to, m.created_at, r.id as room_id, r.is_known, ${idOf('r.id', 'm.old_id')} as id,
           row_number() over (partition by r.id, m.old_id order by m.line) as copy
    from staged_messages m join staged_rooms r on r.old_id = m.room_old_id
    where not r.is_gone
  ),
  placed as (
    select *, row_number() over of_room as place, count(*) filter (where role = 'user') over of_room as turn
    from found where copy = 1
    window of_room as (partition by room_id order by created_at, line rows unbounded preceding)
  )
  select line, role, old_id, in_reply_to, room_id, is_known, id, place, turn,
         case when turn > 0 then first_value(id) over (partition by room_id, turn order by place) end as turn_question
  from placed`;

export const REJECT_REPEATED_MESSAGES = `
  insert into staged_rejected (kind, line, reason)
  select 'messages', m.line, 'an earlier line of the room has the same id'
  from staged_messages m join staged_rooms r on r.old_id = m.room_old_id
  where not r.is_gone and not exists (select from staged_turns t where t.line = m.line)`;

export const INDEX_TURNS = `
  create index on staged_turns (line);
  create index on staged_turns (room_id, old_id) where role = 'user';
  analyze staged_turns`;

/**
 * Assigns to each answer its message: the one that it names, in this file or an earlier import, else the message of its
 * turn. Several answers to one message are siblings, and the conversation continues from the newest, as after a
 * regenerate.
 */
export const ANSWER_TURNS = `
  create temp table staged_answers as
  with answered as (
    select t.line, t.role, t.room_id, t.is_known, t.id, t.place, t.turn_question,
           case when t.role = 'model' then coalesce(named.id, earlier.id, t.turn_question) end as question_id
    from staged_turns t
    left join staged_turns named on t.in_reply_to is not null and named.role = 'user'
      and named.room_id = t.room_id and named.old_id = t.in_reply_to and named.place < t.place
    left join messages earlier on t.in_reply_to is not null and t.is_known
      and earlier.id = ${idOf('t.room_id', 't.in_reply_to')} and earlier.chatroom_id = t.room_id and earlier.role = 'user'
  )
  select line, role, room_id, is_known, id, place, question_id,
         role = 'user' or coalesce(question_id = turn_question, false) as is_on_path,
         role = 'user' or row_number() over (partition by room_id, question_id order by place desc) = 1 as is_active
  from answered`;

/** Rejects answers without a message, which could not be shown. */
export const REJECT_ANSWERS_WITHOUT_MESSAGE = `
  insert into staged_rejected (kind, line, reason)
  select 'messages', line, 'an answer before the first message of its room: it has no message to answer'
  from staged_answers where role = 'model' and question_id is null`;

/**
 * Plans the messages that do not exist yet, in the order of insertion. `n` counts the room's new messages; `is_late`
 * marks an answer to an existing message. Index: messages_pkey, only for rooms of earlier runs.
 */
export const PLAN_MESSAGES = `
  create temp table planned_messages as
  with chained as (
    select *, case when role = 'model' then question_id
                   else lag(id) over (partition by room_id, is_on_path order by place) end as parent_id
    from staged_answers where role = 'user' or question_id is not null
  )
  select line, role, room_id, id, parent_id, question_id, is_on_path, is_active,
         role = 'model' and is_known and exists (select from messages q where q.id = question_id) as is_late,
         row_number() over (partition by room_id order by place)::int as n
  from chained
  where not (is_known and exists (select from messages there where there.id = chained.id))
  order by room_id, n;
  create index on planned_messages (room_id);
  analyze planned_messages`;

/** Divides rooms with new rows into transactions of about `$1` rows; a room is never divided. */
export const ASSIGN_BATCHES = `
  with sizes as (
    select r.id, (select count(*) from planned_messages p where p.room_id = r.id) + case when r.is_known then 0 else 1 end as size
    from staged_rooms r where not r.is_gone
  ),
  dealt as (
    select id, 1 + floor((sum(size) over (order by id) - size) / $1::int) as batch from sizes where size > 0
  )
  update staged_rooms r set batch = dealt.batch from dealt where r.id = dealt.id`;
export const INDEX_BATCHES = 'create index on staged_rooms (batch); analyze staged_rooms';
