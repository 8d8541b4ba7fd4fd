/** What has changed for a user, for the streams of `GET /user/events`. Ids and states only, no text. */
export type Nudge =
  | { type: 'room'; id: string; change: RoomChange }
  /** A message is new, or its feedback has changed. */
  | { type: 'message'; id: string; chatroomId: string }
  /** A reply is queued again, or final. */
  | { type: 'reply'; id: string; chatroomId: string; status: string }
  | { type: 'usage' }
  | { type: 'subscription' };

export const ROOM_CHANGES = ['created', 'updated', 'deleted'] as const;
export type RoomChange = (typeof ROOM_CHANGES)[number];
