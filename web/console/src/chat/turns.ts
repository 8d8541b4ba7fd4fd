import type { MessageDto } from '@chat-backend/client';

/** A message with the reply to it that the conversation goes on from. */
export interface Turn {
  /** The same for all forms of a message: what is shown stays in place when another one is chosen. */
  key: string;
  message: MessageDto;
  reply: MessageDto | undefined;
}

/** @param messages the path, oldest first; a reply whose message is on an earlier page is left out */
export const turnsOf = (messages: readonly MessageDto[]): Turn[] =>
  messages.flatMap((message, index) => {
    if (message.role !== 'user') return [];
    const next = messages[index + 1];
    return [
      {
        key: message.parent_id ?? 'first',
        message,
        reply: next?.in_reply_to === message.id ? next : undefined,
      },
    ];
  });
