import { columnsOf, insertion, setChanged, type Changes } from '../platform/database/columns.js';
import { statement, type Statement } from '../platform/database/statement.js';
import { Chatroom, ROOM_SETTINGS } from './chatroom.entity.js';
import type { ArchivedFilter } from './chatroom.input.js';

/** A room and its owner. */
type OwnedRoom = Pick<Chatroom, 'userId'> & { roomId: string };

/** A room in a list, with its exact sort key: `activity` has microseconds. */
export type ListedRoom = Chatroom & { activity: string };

const ROOM_COLUMNS = columnsOf(Chatroom, 'room');

/** The columns of a new room that have no default. */
export type NewRoomRow = Pick<Chatroom, (typeof NEW_ROOM)[number]>;
const NEW_ROOM = [
  'id',
  'userId',
  'name',
  'nameSource',
  ...ROOM_SETTINGS,
  'lastActivityAt',
  'createdAt',
  'updatedAt',
] as const satisfies (keyof Chatroom)[];
const NEW = insertion(Chatroom, NEW_ROOM);

export const INSERT_ROOM = statement<NewRoomRow, Chatroom>(
  'room-insert',
  `insert into chatrooms as room (${NEW.columns}) values (${NEW.values}) returning ${ROOM_COLUMNS}`,
);

/** Primary key chatrooms_pkey. */
export const FIND_ROOM = statement<OwnedRoom, Chatroom>(
  'room-find-owned',
  `select ${ROOM_COLUMNS} from chatrooms room where room.id = :roomId and room.user_id = :userId`,
);

/** The columns that an owner may change. */
export const ROOM_CHANGES = ['name', ...ROOM_SETTINGS, 'pinned', 'archived'] as const;
type RoomChange = Changes<Chatroom, (typeof ROOM_CHANGES)[number]>;

/** Primary key chatrooms_pkey. Setting the name makes the owner its source. */
export const UPDATE_ROOM = statement<OwnedRoom & RoomChange & { now: Date }, Chatroom>(
  'room-update-owned',
  `
    update chatrooms room set
      ${setChanged(Chatroom, 'room', ROOM_CHANGES)},
      name_source = case when 'name' = any(:changed::text[]) then 'user' else room.name_source end,
      updated_at = greatest(:now, room.updated_at)
    where room.id = :roomId and room.user_id = :userId
    returning ${ROOM_COLUMNS}`,
);

/** Primary key chatrooms_pkey. Cascades to the messages (messages_chatroom_id_fkey); the event ends streams of its replies. */
export const DELETE_ROOM = statement<OwnedRoom>(
  'room-delete-owned',
  `
    delete from chatrooms where id = :roomId and user_id = :userId returning id`,
);

/** A page of a user's rooms, after the room with this sort key. */
interface RoomsPage {
  userId: string;
  pinned: boolean;
  activity: string;
  id: string;
  limit: number;
}

/**
 * Reads a range of chatrooms_list_idx in index order from the cursor on: the cost is that of the page, not of the table.
 * `::text` keeps the microseconds that a Date would lose.
 */
const slice = (archived: boolean) => `
  select ${ROOM_COLUMNS}, room.last_activity_at::text as "activity" from chatrooms room
  where room.user_id = :userId and room.archived = ${archived}
    and (room.pinned, room.last_activity_at, room.id) < (:pinned::boolean, :activity::timestamptz, :id::uuid)
  order by room.pinned desc, room.last_activity_at desc, room.id desc
  limit :limit`;

/** Pages by archive state. `all` merges two ranges, because the index sorts by that state first. */
export const LIST_ROOMS: Record<ArchivedFilter, Statement<RoomsPage, ListedRoom>> = {
  false: statement('rooms-list', slice(false)),
  true: statement('rooms-list-archived', slice(true)),
  all: statement(
    'rooms-list-all',
    `
      select * from ((${slice(false)}) union all (${slice(true)})) room
      order by pinned desc, "lastActivityAt" desc, id desc limit :limit`,
  ),
};

/** All rooms of a user by id, an order that does not change while pages are read. Index: chatrooms_list_idx. */
export const LIST_ROOMS_BY_ID = statement<
  { userId: string; afterId: string | null; limit: number },
  Chatroom
>(
  'rooms-list-by-id',
  `select ${ROOM_COLUMNS} from chatrooms room
   where room.user_id = :userId and (:afterId::uuid is null or room.id > :afterId) order by room.id limit :limit`,
);
