import type { DailyLimit } from '../quota/daily-limit.js';
import type { Message } from '../message.entity.js';
import type { SendRow } from './send.statement.js';

/** The stored part of the command. */
interface Accepted {
  userId: string;
  roomId: string;
  content: string;
  limit: DailyLimit;
  requestId: string | null;
}

/** Builds the rows that the send statement stored, without reading them back. */
export function newExchange(
  { userId, roomId, content, limit, requestId }: Accepted,
  ids: { messageId: string; replyId: string },
  {
    seq,
    parentId,
    granted,
    branch,
    sibling,
  }: Pick<SendRow, 'seq' | 'parentId' | 'granted' | 'branch' | 'sibling'>,
  now: Date,
): { message: Message; reply: Message } {
  return {
    message: newMessage({
      id: ids.messageId,
      chatroomId: roomId,
      userId,
      seq: seq! - 1,
      parentId,
      role: 'user',
      content,
      status: 'completed',
      inReplyTo: null,
      branch,
      sibling,
      chargedOn: null,
      slotGrantedAt: null,
      requestId: null,
      createdAt: now,
      completedAt: now,
    }),
    reply: newMessage({
      id: ids.replyId,
      chatroomId: roomId,
      userId,
      seq: seq!,
      parentId: ids.messageId,
      role: 'model',
      content: '',
      status: 'queued',
      inReplyTo: ids.messageId,
      branch,
      sibling: 1,
      chargedOn: limit.day,
      slotGrantedAt: granted ? now : null,
      requestId,
      createdAt: now,
      completedAt: null,
    }),
  };
}

type GivenFields =
  | 'id'
  | 'chatroomId'
  | 'userId'
  | 'seq'
  | 'parentId'
  | 'role'
  | 'content'
  | 'status'
  | 'inReplyTo'
  | 'branch'
  | 'chargedOn'
  | 'slotGrantedAt'
  | 'requestId'
  | 'createdAt'
  | 'completedAt';

/**
 * A new message. Assigned field by field, because spreading objects of this size costs 20 µs a send (npm run
 * bench:profile).
 */
function newMessage(given: Pick<Message, GivenFields> & { sibling: number }): Message {
  return {
    id: given.id,
    chatroomId: given.chatroomId,
    userId: given.userId,
    seq: given.seq,
    parentId: given.parentId,
    role: given.role,
    content: given.content,
    status: given.status,
    errorCode: null,
    finishReason: null,
    model: null,
    promptTokens: null,
    outputTokens: null,
    thoughtTokens: null,
    cachedTokens: null,
    // Of the reply's worker and of operators alone: no answer to a user shows them.
    traceContext: null,
    provider: null,
    attempt: 0,
    generation: 1,
    failures: 0,
    deferrals: 0,
    inReplyTo: given.inReplyTo,
    active: true,
    branch: given.branch,
    // The newest of its siblings.
    siblingIndex: given.sibling,
    siblingCount: given.sibling,
    refused: false,
    chargedOn: given.chargedOn,
    slotGrantedAt: given.slotGrantedAt,
    leaseUntil: null,
    nextAttemptAt: null,
    stopRequestedAt: null,
    requestId: given.requestId,
    feedback: null,
    createdAt: given.createdAt,
    completedAt: given.completedAt,
  };
}
