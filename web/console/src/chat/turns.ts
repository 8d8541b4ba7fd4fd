import type { MessageDto } from '@chat-backend/client';

/** A message with its replies, oldest first. Regenerate adds siblings. */
export interface Turn {
  message: MessageDto;
  replies: readonly MessageDto[];
}

/** @param messages in order of acceptance; a reply whose message is on an earlier page is left out */
export function turnsOf(messages: readonly MessageDto[]): Turn[] {
  const replies = groupByMessage(messages);
  return messages
    .filter(({ role }) => role === 'user')
    .map((message) => ({ message, replies: replies.get(message.id) ?? [] }));
}

function groupByMessage(messages: readonly MessageDto[]): Map<string | null, MessageDto[]> {
  const groups = new Map<string | null, MessageDto[]>();
  for (const message of messages) {
    const group = groups.get(message.in_reply_to) ?? [];
    groups.set(message.in_reply_to, [...group, message]);
  }
  return groups;
}

/**
 * Index of the reply to show: the chosen one, else the live one, else the active one (the conversation continues from it),
 * else the newest.
 */
export function shownIndex({ replies }: Turn, chosenId: string | undefined): number {
  const find = (test: (reply: MessageDto) => boolean) => replies.findLastIndex(test);
  const candidates = [
    find(({ id }) => id === chosenId),
    find(({ completed_at }) => completed_at === null),
    find(({ active }) => active),
  ];
  return candidates.find((index) => index >= 0) ?? replies.length - 1;
}
