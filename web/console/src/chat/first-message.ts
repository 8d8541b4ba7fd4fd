/** The first message of a room that was made for it: the room's page sends it as soon as it is open. */
const waiting = new Map<string, string>();

export const sendFirst = (roomId: string, content: string): void => void waiting.set(roomId, content);

export function takeFirst(roomId: string): string | undefined {
  const content = waiting.get(roomId);
  waiting.delete(roomId);
  return content;
}
