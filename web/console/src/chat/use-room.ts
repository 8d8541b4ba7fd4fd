import { NetworkError, type ChatroomDto } from '@chat-backend/client';
import { useEffect, useMemo, useState } from 'react';
import { chat } from '../../../ui/api/chat.js';
import { untilConnected } from '../../../ui/api/connection.js';
import { loadUsage } from '../billing/usage.js';
import { useStore } from '../../../ui/lib/store.js';
import { live, useNews } from '../live/live.js';
import { isOfRoom } from '../live/news.js';
import { composerText } from './composer-text.js';
import { keepEdit, keptEdit, parseEdit } from './edit-text.js';
import { takeFirst } from './first-message.js';
import { RoomSession } from './room-session.js';

/** Opens a room, and closes it when the component unmounts. */
export function useRoom(roomId: string) {
  const [room, setRoom] = useState<ChatroomDto | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [refusal, setRefusal] = useState<unknown>(null);
  const session = useMemo(
    () =>
      new RoomSession(chat, roomId, {
        onChange: () => live.add({ usage: true, rooms: true }),
        onRefused: ({ content, editOf }, reason) => {
          giveBack(roomId, content, editOf);
          setRefusal(reason);
          void loadUsage();
        },
        onError: setRefusal,
        untilConnected,
      }),
    [roomId],
  );
  const view = useStore(session.view);
  // Raised by news of the room: it is read again.
  const [newsCount, setNewsCount] = useState(0);
  useEffect(() => {
    const leaving = new AbortController();
    void readRoom(roomId, leaving.signal).then(
      (read) => read && setRoom(read),
      (reason) => !leaving.signal.aborted && setError(reason),
    );
    return () => leaving.abort();
  }, [roomId, newsCount]);

  useOpenSession(session, setError);
  useNews((news) => {
    session.applyNews(news);
    if (isOfRoom(roomId, news)) setNewsCount((count) => count + 1);
  });

  return { session, view, room, setRoom, error, refusal, clearRefusal: () => setRefusal(null) };
}

/** A refused edit is opened again, unless another one has begun. */
function giveBack(roomId: string, content: string, editOf: string | undefined): void {
  if (editOf !== undefined && !parseEdit(keptEdit(roomId).get())) keepEdit(roomId, editOf, content);
  else composerText.restore(roomId, content);
}

/** Reads the room, however long the network is lost. */
async function readRoom(roomId: string, signal: AbortSignal): Promise<ChatroomDto | null> {
  while (!signal.aborted)
    try {
      return await chat.get<ChatroomDto>(`/chatroom/${roomId}`);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      await untilConnected(signal).catch(() => undefined);
    }
  return null;
}

function useOpenSession(session: RoomSession, onError: (error: unknown) => void): void {
  useEffect(() => {
    void start(session, onError);
    return () => session.close();
  }, [session, onError]);
}

async function start(session: RoomSession, onError: (error: unknown) => void): Promise<void> {
  const first = takeFirst(session.roomId);
  if (first) void session.resend(first);
  await session.open().catch(onError);
}
