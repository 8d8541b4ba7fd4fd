import type { MessageDto, UsageDto } from './api.types.js';
import type { ChatClient } from './chat-client.js';
import { newKey } from './key.js';
import { replyEvents } from './reply-events.js';
import type { Call } from './transport.js';

/** The API's data about a message, as `message.metadata` of `useChat`. */
export type ReplyMetadata = Partial<Omit<MessageDto, 'content' | 'id'>> & { limits?: UsageDto };

/** A message as `useChat` has it; structurally its `UIMessage<ReplyMetadata>`. */
export interface ChatMessage {
  id: string;
  role: 'system' | 'user' | 'assistant';
  metadata?: unknown;
  parts: { type: string; text?: string }[];
}

/** Options that the AI SDK passes to a transport. */
interface SendOptions {
  /** Id of the room. */
  chatId: string;
  trigger: 'submit-message' | 'regenerate-message';
  messageId: string | undefined;
  messages: ChatMessage[];
  abortSignal: AbortSignal | undefined;
}

/** A part of a UI message stream: its form is that of the SDK that reads it. */
// oxlint-disable-next-line typescript/no-explicit-any -- the SDK's own type differs from version to version
type Part = any;

/**
 * A `ChatTransport` for `useChat` (ai 5, 6, 7); a chat is a room. A stream that breaks is resumed at its position.
 * Stopping stops the reply at the server.
 */
export class ChatTransport {
  /** A resumed stream begins at the reply's start, because ai 7 discards the part that it has shown. */
  readonly resumeStreamIsReplay = true;
  private readonly query: string;
  private readonly replyIds = new Map<string, string>();
  /** Newest reply to each message that was sent here, by the SDK's id of the message. */
  private readonly answers = new Map<string, string>();
  /** Replies that {@link toUiMessages} left out because they were live. */
  private leftOut: MessageDto[];

  /**
   * @param options.ai the major version of `ai`: 5 and 6 cannot take a part of a message back
   * @param options.history what {@link toUiMessages} was given: a reply that was live then is shown also where it has
   * ended before the resume
   */
  constructor(
    private readonly chat: ChatClient,
    { ai = 7, history = [] }: { ai?: 5 | 6 | 7; history?: readonly MessageDto[] } = {},
  ) {
    this.leftOut = history.filter(({ role, completed_at }) => role === 'model' && completed_at === null);
    this.query = `?protocol=ai-sdk&ai=${ai}`;
  }

  async sendMessages({
    chatId,
    trigger,
    messageId,
    messages,
    abortSignal,
  }: SendOptions): Promise<ReadableStream> {
    const message = messages.at(-1);
    const content = textOf(message);
    const call =
      trigger === 'regenerate-message'
        ? await this.again(chatId, messageId)
        : messageId === undefined
          ? { path: `/chatroom/${chatId}/message/stream`, body: { content } }
          : {
              path: `/chatroom/${chatId}/messages/${await this.sentId(chatId, messageId)}/edit`,
              body: { content },
            };
    // Reading continues, because the server sends the end of a stopped reply.
    abortSignal?.addEventListener('abort', () => void this.stop(chatId));
    const stream = await this.read(chatId, { method: 'POST', key: newKey(), ...call });
    const replyId = this.replyIds.get(chatId);
    if (message?.role === 'user' && replyId !== undefined) this.answers.set(message.id, replyId);
    // A POST always has a reply.
    return stream!;
  }

  /** Follows the live reply of the room after a reload. */
  async reconnectToStream({ chatId }: { chatId: string }): Promise<ReadableStream | null> {
    const ended = this.leftOut.find(({ chatroom_id }) => chatroom_id === chatId);
    this.leftOut = this.leftOut.filter((reply) => reply !== ended);
    const running = await this.read(chatId, { method: 'GET', path: `/chatroom/${chatId}/stream` });
    if (running || !ended) return running;
    // The stream of a reply that has ended is its whole text.
    return this.read(chatId, { method: 'GET', path: `/chatroom/${chatId}/messages/${ended.id}/stream` });
  }

  /** Stops the reply that is read. For a stream that was resumed call it beside the hook's `stop()`. */
  async stop(chatId: string): Promise<void> {
    const replyId = this.replyIds.get(chatId);
    if (replyId !== undefined) await this.chat.stop(chatId, replyId);
  }

  /** The server's id of a message to edit: the SDK has an id of its own for a message that it has sent. */
  private async sentId(chatId: string, messageId: string): Promise<string> {
    const replyId = this.answers.get(messageId);
    if (replyId === undefined) return messageId;
    return (await this.chat.message(chatId, replyId)).in_reply_to ?? messageId;
  }

  /** A failed reply is retried in place, any other gets a sibling. */
  private async again(chatId: string, messageId: string | undefined): Promise<Pick<Call, 'path' | 'body'>> {
    const replies = (await this.chat.messages(chatId, null, 'path')).data.filter(
      ({ role }) => role === 'model',
    );
    const reply = replies.find(({ id }) => id === messageId) ?? replies[0];
    const what = reply?.status === 'failed' ? 'retry' : 'regenerate';
    return { path: `/chatroom/${chatId}/messages/${reply?.id ?? messageId}/${what}`, body: {} };
  }

  /** The stream of a call; null where nothing runs (204). */
  private async read(chatId: string, call: Call): Promise<ReadableStream | null> {
    const parts = this.parts(chatId, call);
    // A refusal is thrown before the stream is handed out, as the SDK expects it.
    const first = await parts.next();
    if (first.done) return null;
    return new ReadableStream<Part>({
      start: (controller) => controller.enqueue(first.value),
      pull: async (controller) => {
        const { done, value } = await parts.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => void (await parts.return()),
    });
  }

  /**
   * The parts of all connections as one stream. The parts between two ids are passed on together: after a cut the server
   * sends them again.
   */
  private async *parts(chatId: string, call: Call): AsyncGenerator<Part, void, undefined> {
    let group: Part[] = [];
    for await (const event of replyEvents(this.chat.transport, call, this.query, isLast)) {
      if (event === 'cut') {
        group = [];
        continue;
      }
      const part: Part = isLast(event.data) ? null : JSON.parse(event.data);
      if (part?.type === 'start') this.replyIds.set(chatId, part.messageId as string);
      // Repeating these changes nothing, and the state is worth knowing at once.
      if (part?.type === 'start' || part?.type === 'message-metadata') yield part;
      else if (part) group.push(part);
      if (event.id === undefined) continue;
      yield* group.splice(0);
    }
  }
}

const isLast = (data: string): boolean => data === '[DONE]';

/** The text of a message: of a reply that of its last attempt. */
export function textOf(message: Pick<ChatMessage, 'parts'> | undefined): string {
  const parts = message?.parts ?? [];
  const step = parts.findLastIndex(({ type }) => type === 'step-start');
  return parts
    .slice(step + 1)
    .map(({ type, text }) => (type === 'text' ? (text ?? '') : ''))
    .join('');
}

/**
 * Converts a page of {@link ChatClient.messages} to the `messages` of `useChat`, oldest first. It contains the messages of the
 * active path; of the replies to one message the active one, or the newest if all have failed. A live reply is left out,
 * because the resumed stream shows it from its start.
 */
export function toUiMessages(page: readonly MessageDto[]): ChatMessage[] {
  const left = new Set(page.filter(({ role, active }) => role === 'user' && !active).map(({ id }) => id));
  const shown = new Map<string | null, string>();
  for (const { id, in_reply_to, active } of page)
    if (active || !shown.has(in_reply_to)) shown.set(in_reply_to, id);
  return page
    .filter(({ id, role, in_reply_to }) =>
      role === 'user' ? !left.has(id) : shown.get(in_reply_to) === id && !left.has(in_reply_to ?? ''),
    )
    .filter(({ completed_at }) => completed_at !== null)
    .toReversed()
    .map(({ id, role, content, ...metadata }) => ({
      id,
      role: role === 'user' ? ('user' as const) : ('assistant' as const),
      metadata,
      parts: content === '' ? [] : [{ type: 'text', text: content }],
    }));
}
