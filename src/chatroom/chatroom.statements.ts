import { busNotify } from '../platform/bus/bus.js';
import { CLAIM_IDEMPOTENCY_KEY } from '../platform/idempotency/idempotency.repository.js';

/** A row of chatrooms as the entity's fields; `room` is the table's alias. */
export const ROOM_COLUMNS = `
  room.id, room.user_id as "userId", room.name, room.name_source as "nameSource", room.system_prompt as "systemPrompt",
  room.model, room.pinned, room.archived, room.message_count as "messageCount", room.tail_id as "tailId",
  room.last_message_at as "lastMessageAt", room.last_activity_at as "lastActivityAt", room.created_at as "createdAt",
  room.updated_at as "updatedAt"`;

const NEW_COLUMNS = `id, user_id, name, name_source, system_prompt, model, last_activity_at, created_at, updated_at`;
const NEW_VALUES = `$1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::timestamptz, $7::timestamptz, $7::timestamptz`;

export const INSERT_ROOM = {
  name: 'room-insert',
  text: `insert into chatrooms as room (${NEW_COLUMNS}) values (${NEW_VALUES}) returning ${ROOM_COLUMNS}`,
};

/** One row, or none when the key belongs to an earlier request. The key and the room are committed together. */
export const INSERT_ROOM_ONCE = {
  name: 'room-insert-once',
  text: `
    with ${CLAIM_IDEMPOTENCY_KEY({ userId: '$2', key: '$8', fingerprint: '$9', resourceId: '$1', now: '$7' })}
    insert into chatrooms as room (${NEW_COLUMNS}) select ${NEW_VALUES} from claimed returning ${ROOM_COLUMNS}`,
};

/** Primary key chatrooms_pkey. */
export const FIND_ROOM = {
  name: 'room-find-owned',
  text: `select ${ROOM_COLUMNS} from chatrooms room where room.id = $2 and room.user_id = $1`,
};

/** Primary key. `$4`, `$6`: is the prompt, the model to be changed at all? */
export const UPDATE_ROOM = {
  name: 'room-update-owned',
  text: `
    update chatrooms room set
      name = coalesce($3, room.name),
      name_source = case when $3 is null then room.name_source else 'user' end,
      system_prompt = case when $4 then $5 else room.system_prompt end,
      model = case when $6 then $7 else room.model end,
      pinned = coalesce($8, room.pinned),
      archived = coalesce($9, room.archived),
      updated_at = greatest($10, room.updated_at)
    where room.id = $2 and room.user_id = $1
    returning ${ROOM_COLUMNS}`,
};

/** Primary key. Messages go with it (messages_chatroom_id_fkey), and streams of its replies end. */
export const DELETE_ROOM = {
  name: 'room-delete-owned',
  text: `
    with gone as (delete from chatrooms where id = $2 and user_id = $1 returning id)
    select ${busNotify('room.deleted', "json_build_object('chatroomId', id)")} from gone`,
};

/**
 * A range of chatrooms_list_idx, read in its order from the cursor on: as many rows as the page has, however many rooms
 * there are. `::text` keeps the microseconds that a Date would lose.
 */
const slice = (archived: string) => `
  select ${ROOM_COLUMNS}, room.last_activity_at::text as "activity" from chatrooms room
  where room.user_id = $1 and room.archived = ${archived}
    and (room.pinned, room.last_activity_at, room.id) < ($3::boolean, $4::timestamptz, $5::uuid)
  order by room.pinned desc, room.last_activity_at desc, room.id desc
  limit $2`;

export const LIST_ROOMS = {
  false: { name: 'rooms-list', text: slice('false') },
  true: { name: 'rooms-list-archived', text: slice('true') },
  /** Two ranges, merged: one range cannot be in order over both values of a leading column. */
  all: {
    name: 'rooms-list-all',
    text: `
      select * from ((${slice('false')}) union all (${slice('true')})) room
      order by pinned desc, "lastActivityAt" desc, id desc limit $2`,
  },
};

/** All of a person's rooms, sorted: a room keeps its place whatever happens in it meanwhile. Index: chatrooms_list_idx. */
export const LIST_ROOMS_BY_ID = {
  name: 'rooms-list-by-id',
  text: `select ${ROOM_COLUMNS} from chatrooms room
         where room.user_id = $1 and ($2::uuid is null or room.id > $2) order by room.id limit $3`,
};
