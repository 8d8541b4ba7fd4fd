import {
  DailyLimitError,
  NetworkError,
  type ChatClient,
  type MessageDto,
  type ReplyUpdate,
} from '@chat-backend/client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { AppState } from 'react-native';

export interface Room {
  /** Oldest first, without the reply that is being written. */
  messages: MessageDto[];
  live: ReplyUpdate | null;
  /** What went wrong, in words for people. */
  problem: string | null;
  send: (text: string) => void;
  stop: () => void;
}

/** One room: its history, the reply that is being written, and what was not sent before the app was closed. */
export function useRoom(chat: ChatClient, roomId: string): Room {
  const [messages, setMessages] = useState<MessageDto[]>([]);
  const [live, setLive] = useState<ReplyUpdate | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  /** Aborts the reading of the present reply. */
  const reading = useRef<AbortController | null>(null);

  const readHistory = useCallback(async () => {
    const { data } = await chat.messages(roomId);
    setMessages(data.filter(({ completed_at }) => completed_at !== null).reverse());
  }, [chat, roomId]);

  /** Shows a reply while it comes, then the history with it. */
  const show = useCallback(
    async (open: (signal: AbortSignal) => Promise<AsyncIterable<ReplyUpdate> | null>) => {
      reading.current?.abort();
      const own = (reading.current = new AbortController());
      try {
        for await (const update of (await open(own.signal)) ?? []) {
          if (own.signal.aborted) return;
          if (update.replyId !== null) setProblem(null);
          setLive(update);
        }
        // Also where nothing ran: a reply that ended since the last read is in the history.
        await readHistory();
      } catch (error) {
        if (!own.signal.aborted) setProblem(textOf(error));
      } finally {
        if (reading.current === own) setLive(null);
      }
    },
    [readHistory],
  );

  const resume = useCallback(
    () =>
      show(async (signal) => {
        await readHistory();
        const [draft] = await chat.unfinished(roomId);
        return draft ? chat.resend(draft, signal) : chat.followRoom(roomId, signal);
      }),
    [chat, roomId, show, readHistory],
  );

  // The system cuts the connections of an app in the background.
  useEffect(() => {
    void resume();
    const subscription = AppState.addEventListener('change', (state) => {
      if (state === 'active') void resume();
    });
    return () => {
      subscription.remove();
      reading.current?.abort();
    };
  }, [resume]);

  return {
    messages,
    live,
    problem,
    send: (text) => void show(async (signal) => chat.send(roomId, text, signal)),
    stop: () => {
      if (live?.replyId) void chat.stop(roomId, live.replyId).catch((error) => setProblem(textOf(error)));
    },
  };
}

function textOf(error: unknown): string {
  if (error instanceof DailyLimitError)
    return `No messages are left until ${error.resetsAt.toLocaleTimeString()}.`;
  if (error instanceof NetworkError)
    return 'No connection. The message is sent when the app is opened again.';
  return error instanceof Error ? error.message : String(error);
}
