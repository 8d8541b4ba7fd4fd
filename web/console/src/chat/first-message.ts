/** First messages of new rooms: the page of the room sends them when it opens. */
const waiting = new Map<string, string>();

export const sendFirst = (roomId: string, content: string): void => void waiting.set(roomId, content);

export function takeFirst(roomId: string): string | undefined {
  const content = waiting.get(roomId);
  waiting.delete(roomId);
  return content;
}
