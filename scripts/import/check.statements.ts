import { MAX_ROOMS } from '../../src/chatroom/room-limit.js';
import type { FileKind } from './arguments.js';
import { oldKey } from './old-key.js';

/** Checks of the staged rows against each other and against existing rows. `$1` is the source. */

const REJECT = 'insert into staged_rejected (kind, line, reason) select';

/** Removes the rows that reading has rejected. */
export const takeOutRejected = (kind: FileKind): string => `
  with unusable as (delete from staged_${kind} where rejected is not null returning line, rejected)
  ${REJECT} '${kind}', line, rejected from unusable`;

const rejectRepeated = (kind: 'users' | 'rooms'): string => `
  with repeated as (
    delete from staged_${kind} s
    using (select line, row_number() over (partition by old_id order by line) as copy from staged_${kind}) c
    where c.line = s.line and c.copy > 1
    returning s.line
  )
  ${REJECT} '${kind}', line, 'an earlier line has the same id' from repeated`;

export const REJECT_REPEATED_USERS = rejectRepeated('users');
export const REJECT_REPEATED_ROOMS = rejectRepeated('rooms');

/**
 * Rejects users whose number belongs to another old user since an earlier run, while the account with that number is
 * still the first one's: joined, each would see the other's chats.
 */
export const REJECT_USERS_OF_MOVED_NUMBERS = `
  with moved as (
    select u.mobile_number
    from staged_users s
    join imported_rows i on i.source = $1 and i.kind = 'user' and i.old_key = ${oldKey('user', 's.old_id')}
    join users u on u.id = i.id
    where u.mobile_number <> s.mobile_number
  ),
  refused as (
    delete from staged_users s using moved
    where s.mobile_number = moved.mobile_number
      and not exists (select from imported_rows i where i.source = $1 and i.kind = 'user' and i.old_key = ${oldKey('user', 's.old_id')})
    returning s.line
  )
  ${REJECT} 'users', line, 'the number belongs here to another old user, whose number has changed: import the new number of that user first' from refused`;

export const REJECT_ROOMS_WITHOUT_USER = `
  with lost as (
    delete from staged_rooms r
    where not exists (select from staged_users u where u.old_id = r.user_old_id)
      and not exists (select from imported_rows i where i.source = $1 and i.kind = 'user' and i.old_key = ${oldKey('user', 'r.user_old_id')})
    returning r.line
  )
  ${REJECT} 'rooms', line, 'the user of the room was not imported' from lost`;

/** Rooms imported by an earlier run keep their id, */
export const RECOGNISE_ROOMS = `
  update staged_rooms r set id = i.id, is_known = true
  from imported_rows i where i.source = $1 and i.kind = 'room' and i.old_key = ${oldKey('room', 'r.old_id')}`;

/** also those that this file of rooms does not contain. */
export const ADD_EARLIER_ROOMS = `
  insert into staged_rooms (old_id, id, is_known)
  select m.old_id, i.id, true
  from (select distinct room_old_id as old_id from staged_messages) m
  join imported_rows i on i.source = $1 and i.kind = 'room' and i.old_key = ${oldKey('room', 'm.old_id')}
  where not exists (select from staged_rooms r where r.old_id = m.old_id)`;

/** Leaves out rooms and messages that their owner has deleted here. */
export const LEAVE_OUT_DELETED = `
  update staged_rooms r set is_gone = true
  where (r.is_known and not exists (select from chatrooms c where c.id = r.id))
     or (not r.is_known and exists (
       select from imported_rows i
       where i.source = $1 and i.kind = 'user' and i.old_key = ${oldKey('user', 'r.user_old_id')} and not exists (select from users u where u.id = i.id)))`;

/**
 * Rejects rooms above the limit of an account, in the order of lines, counting the rooms that it has here. Two old users
 * of one number are one account. Index: room_counts_pkey.
 */
export const REJECT_ROOMS_PAST_LIMIT = `
  with owned as (
    select r.line, coalesce(known.id::text, joined.id::text, s.mobile_number) as account, coalesce(known.id, joined.id) as user_id
    from staged_rooms r
    left join imported_rows i on i.source = $1 and i.kind = 'user' and i.old_key = ${oldKey('user', 'r.user_old_id')}
    left join users known on known.id = i.id
    left join staged_users s on s.old_id = r.user_old_id
    left join users joined on joined.mobile_number = s.mobile_number
    where r.line is not null and not r.is_known and not r.is_gone
  ),
  ranked as (
    select owned.line, coalesce(c.rooms, 0) + row_number() over (partition by owned.account order by owned.line) as nth
    from owned left join room_counts c on c.user_id = owned.user_id
  ),
  refused as (
    delete from staged_rooms r using ranked where r.line = ranked.line and ranked.nth > ${MAX_ROOMS} returning r.line
  )
  ${REJECT} 'rooms', line, 'the user of the room would have more than ${MAX_ROOMS} rooms here' from refused`;

export const REJECT_MESSAGES_WITHOUT_ROOM = `
  ${REJECT} 'messages', m.line, 'the room of the message was not imported' from staged_messages m
  where not exists (select from staged_rooms r where r.old_id = m.room_old_id)`;

/** A page of rejected rows, by file and line. `$1`, `$2`: after this kind and line; `$3`: maximum of rows. */
export const LIST_REJECTED = `
  select kind, line, reason from staged_rejected where (kind, line) > ($1, $2) order by kind, line limit $3`;

/** Counts the users. `gone`: the account was deleted here, also if a new account has its number since. */
export const COUNT_USERS = `
  select count(*)::int as staged,
         count(i.id) filter (where u.id is not null)::int as known,
         count(i.id) filter (where u.id is null)::int as gone
  from staged_users s
  left join imported_rows i on i.source = $1 and i.kind = 'user' and i.old_key = ${oldKey('user', 's.old_id')}
  left join users u on u.id = i.id`;

export const COUNT_ROOMS = `
  select count(*) filter (where line is not null)::int as staged,
         count(*) filter (where line is not null and is_known and not is_gone)::int as known,
         count(*) filter (where line is not null and is_gone)::int as gone
  from staged_rooms`;

export const COUNT_MESSAGES = `
  select (select count(*)::int from planned_messages) as fresh,
         (select count(*)::int from staged_answers where role = 'user' or question_id is not null) as placed,
         (select count(*)::int from staged_messages m join staged_rooms r on r.old_id = m.room_old_id where r.is_gone) as gone,
         coalesce((select max(batch) from staged_rooms), 0) as batches,
         coalesce((select max(line) from staged_users), 0) as "lastUserLine"`;
