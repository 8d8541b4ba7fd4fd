import { NetworkError, type ChatroomDto } from '@chat-backend/client';
import { useEffect, useMemo, useState } from 'react';
import { chat } from '../../../ui/api/chat.js';
import { untilConnected } from '../../../ui/api/connection.js';
import { loadUsage } from '../billing/usage.js';
import { useStore } from '../../../ui/lib/store.js';
import { loadRooms } from '../rooms/rooms.js';
import { composerText } from './composer-text.js';
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
        onChange: () => {
          void loadUsage();
          void loadRooms();
        },
        onRefused: (content, reason) => {
          composerText.restore(roomId, content);
          setRefusal(reason);
          void loadUsage();
        },
        onError: setRefusal,
        untilConnected,
      }),
    [roomId],
  );
  const view = useStore(session.view);
  useEffect(() => {
    const leaving = new AbortController();
    void readRoom(roomId, leaving.signal).then(setRoom, setError);
    return () => leaving.abort();
  }, [roomId]);

  useOpenSession(session, setError);

  return { session, view, room, setRoom, error, refusal, clearRefusal: () => setRefusal(null) };
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
    const refresh = () => {
      if (document.visibilityState === 'visible') void session.refresh().catch(() => undefined);
    };
    document.addEventListener('visibilitychange', refresh);
    return () => {
      document.removeEventListener('visibilitychange', refresh);
      session.close();
    };
  }, [session, onError]);
}

async function start(session: RoomSession, onError: (error: unknown) => void): Promise<void> {
  const first = takeFirst(session.roomId);
  if (first) void session.resend(first);
  await session.open().catch(onError);
}
