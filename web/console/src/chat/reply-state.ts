import type { MessageDto } from '@chat-backend/client';
import type { LiveReply } from './room-view.js';

export type ReplyKind =
  'queued' | 'streaming' | 'retrying' | 'completed' | 'truncated' | 'blocked' | 'stopped' | 'failed';

export interface ReplyState {
  kind: ReplyKind;
  text: string;
  isLive: boolean;
  nextAttemptAt: string | null;
}

const KINDS: ReadonlySet<string> = new Set<ReplyKind>([
  'queued',
  'streaming',
  'retrying',
  'completed',
  'truncated',
  'blocked',
  'stopped',
  'failed',
]);

/** Combines a reply as read with its live state. */
export function replyState(reply: MessageDto, live: LiveReply | undefined): ReplyState {
  const isLive = live !== undefined || reply.completed_at === null;
  const status = live?.status ?? reply.status;
  return {
    kind: KINDS.has(status) ? (status as ReplyKind) : isLive ? 'streaming' : 'completed',
    text: live ? textOf(reply, live) : reply.content,
    isLive,
    nextAttemptAt: live?.nextAttemptAt ?? reply.next_attempt_at,
  };
}

/** A reopened stream replays the text from its start: the text as read stays until the replay is longer. */
function textOf({ attempt, content }: MessageDto, live: LiveReply): string {
  const isBehind =
    live.attempt <= attempt && live.text.length < content.length && content.startsWith(live.text);
  return isBehind && content !== '' ? content : live.text;
}
