import { useChat } from '@ai-sdk/react';
import type { ChatClient, MessageDto } from '@chat-backend/client';
import { ChatTransport, textOf, toUiMessages, type ReplyMetadata } from '@chat-backend/client/ai-sdk';
import type { ChatTransport as Transport, UIMessage } from 'ai';
import { useMemo, useState } from 'react';

type Message = UIMessage<ReplyMetadata>;

/** One room. `history` is the newest page of its messages. */
export function Chat({ chat, roomId, history }: { chat: ChatClient; roomId: string; history: MessageDto[] }) {
  const transport = useMemo(() => new ChatTransport(chat, { history }), [chat, history]);
  const { messages, sendMessage, regenerate, stop, status, error } = useChat<Message>({
    id: roomId,
    messages: toUiMessages(history) as Message[],
    resume: true,
    transport: transport as Transport<Message>,
  });
  const [draft, setDraft] = useState('');
  const isBusy = status === 'submitted' || status === 'streaming';
  const last = messages.at(-1);
  const limits = messages.findLast(({ metadata }) => metadata?.limits)?.metadata?.limits;

  return (
    <main>
      <ol aria-live="polite">
        {messages.map((message) => (
          <li key={message.id} data-role={message.role} data-status={message.metadata?.status}>
            {textOf(message)}
          </li>
        ))}
      </ol>
      {error && <p role="alert">{error.message}</p>}
      {limits?.remaining != null && <p id="limits">{limits.remaining} messages are left today.</p>}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void sendMessage({ text: draft });
          setDraft('');
        }}
      >
        <label>
          Message <input name="content" value={draft} onChange={({ target }) => setDraft(target.value)} />
        </label>
        <button disabled={isBusy || draft === ''}>Send</button>
      </form>
      {isBusy && (
        <button
          id="stop"
          onClick={() => {
            void transport.stop(roomId);
            void stop();
          }}
        >
          Stop
        </button>
      )}
      {!isBusy && last?.role === 'assistant' && (
        <button id="again" onClick={() => void regenerate()}>
          {last.metadata?.status === 'failed' ? 'Try again' : 'Another answer'}
        </button>
      )}
    </main>
  );
}
