import type { Draft } from '@chat-backend/client';

/** First messages of new rooms: the page of the room sends them when it opens. */
const waiting = new Map<string, Draft>();

export const sendFirst = (draft: Draft): void => void waiting.set(draft.roomId, draft);

export function takeFirst(roomId: string): Draft | undefined {
  const draft = waiting.get(roomId);
  waiting.delete(roomId);
  return draft;
}
