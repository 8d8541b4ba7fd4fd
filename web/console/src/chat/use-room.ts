import type { ChatroomDto } from '@chat-backend/client';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { chat } from '../api/chat.js';
import { untilConnected } from '../api/connection.js';
import { loadUsage } from '../billing/usage.js';
import { useStore } from '../lib/store.js';
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
  const readRoom = useCallback(async () => {
    try {
      setRoom(await chat.get<ChatroomDto>(`/chatroom/${roomId}`));
    } catch (reason) {
      setError(reason);
    }
  }, [roomId]);

  useOpenSession(session, setError);
  useEffect(() => void readRoom(), [readRoom]);

  return { session, view, room, setRoom, error, refusal, clearRefusal: () => setRefusal(null) };
}

function useOpenSession(session: RoomSession, onError: (error: unknown) => void): void {
  useEffect(() => {
    void start(session).catch(onError);
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

async function start(session: RoomSession): Promise<void> {
  const first = takeFirst(session.roomId);
  if (first !== undefined) void session.send(first);
  await session.open();
}
