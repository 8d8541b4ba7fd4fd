import type { MessageDto } from '@chat-backend/client';

/** A message with the replies to it, oldest first: those after the first were asked for by "Another answer". */
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
 * Which of a turn's replies is shown: the one that the person has paged to, else the one that is being made, else the one
 * that the conversation goes on from, else the newest.
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
