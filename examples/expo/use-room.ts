import {
  ChatError,
  DailyLimitError,
  ExpiredDraftError,
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
  /** The server refused the message and stored nothing: `onRefused` gives its text back. */
  send: (text: string, onRefused: (text: string) => void) => void;
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
    const { data } = await chat.messages(roomId, null, 'path');
    setMessages(data.filter(({ completed_at }) => completed_at !== null).reverse());
  }, [chat, roomId]);

  /** Shows a reply while it comes, then the history with it. */
  const show = useCallback(
    async (open: (signal: AbortSignal) => AsyncIterable<ReplyUpdate>, onRefused?: () => void) => {
      reading.current?.abort();
      const own = (reading.current = new AbortController());
      try {
        for await (const update of open(own.signal)) {
          if (own.signal.aborted) return;
          if (update.replyId !== null) setProblem(null);
          setLive(update);
        }
        // Also where nothing ran: a reply that ended since the last read is in the history.
        await readHistory();
      } catch (error) {
        if (own.signal.aborted) return;
        setProblem(textOf(error));
        if (error instanceof ChatError) onRefused?.();
      } finally {
        if (reading.current === own) setLive(null);
      }
    },
    [readHistory],
  );

  const resume = useCallback(
    () =>
      show(async function* (signal) {
        await readHistory();
        yield* unfinished(chat, roomId, signal);
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
    send: (text, onRefused) =>
      void show(
        (signal) => chat.send(roomId, text, signal),
        () => onRefused(text),
      ),
    stop: () => {
      if (live?.replyId) void chat.stop(roomId, live.replyId).catch((error) => setProblem(textOf(error)));
    },
  };
}

/** Sends what was not sent, in order, and then follows what runs in the room. A message of yesterday may have arrived: it stays. */
async function* unfinished(
  chat: ChatClient,
  roomId: string,
  signal: AbortSignal,
): AsyncGenerator<ReplyUpdate> {
  for (const draft of await chat.unfinished(roomId))
    try {
      yield* chat.resend(draft, signal);
    } catch (error) {
      if (!(error instanceof ExpiredDraftError)) throw error;
    }
  yield* (await chat.followRoom(roomId, signal)) ?? [];
}

function textOf(error: unknown): string {
  if (error instanceof DailyLimitError)
    return `No messages are left until ${error.resetsAt.toLocaleTimeString()}.`;
  if (error instanceof NetworkError)
    return 'No connection. The message is sent when the app is opened again.';
  return error instanceof Error ? error.message : String(error);
}
