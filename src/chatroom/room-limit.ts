/**
 * Rooms of one user: more than a person creates by hand, and few enough that an export, a deletion or an operator's view of
 * one account takes seconds. Enforced in the database (trigger chatrooms_count_new), for every way to create a room.
 */
export const MAX_ROOMS = 10_000;

/** The constraint that the database names when the limit is reached. */
export const ROOM_LIMIT_CONSTRAINT = 'room_counts_limit';
