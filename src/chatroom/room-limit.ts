/**
 * Rooms of one person: more than anybody makes by hand, and few enough that an export, a deletion or an operator's view of
 * one account stays a matter of seconds. The database keeps it (trigger chatrooms_count_new), whoever makes the room.
 */
export const MAX_ROOMS = 10_000;

/** The constraint that the database names when it is reached. */
export const ROOM_LIMIT_CONSTRAINT = 'room_counts_limit';
