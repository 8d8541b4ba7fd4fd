import type { MessageDto, ReplyUpdate } from '@chat-backend/client';

const ROOM = 'room';
const TIME = '2026-11-20T09:00:00.000Z';

const base: MessageDto = {
  id: '',
  seq: 0,
  chatroom_id: ROOM,
  parent_id: null,
  role: 'user',
  content: '',
  status: 'completed',
  error: null,
  finish_reason: null,
  model: null,
  usage: null,
  attempt: 0,
  next_attempt_at: null,
  in_reply_to: null,
  active: true,
  siblings: { index: 1, count: 1 },
  feedback: null,
  created_at: TIME,
  completed_at: TIME,
};

/** A message that follows the reply with the number before its own. */
export const userMessage = (
  seq: number,
  content = `message ${seq}`,
  fields: Partial<MessageDto> = {},
): MessageDto => ({
  ...base,
  id: `m${seq}`,
  seq,
  content,
  parent_id: seq === 1 ? null : `r${seq - 1}`,
  ...fields,
});

/** A completed reply to the message with number `to`. */
export const reply = (seq: number, to: number, fields: Partial<MessageDto> = {}): MessageDto => ({
  ...base,
  id: `r${seq}`,
  seq,
  role: 'model',
  content: `answer ${seq}`,
  attempt: 1,
  parent_id: `m${to}`,
  in_reply_to: `m${to}`,
  ...fields,
});

export const liveReply = (seq: number, to: number, fields: Partial<MessageDto> = {}): MessageDto =>
  reply(seq, to, { status: 'streaming', completed_at: null, content: '', ...fields });

export const update = (fields: Partial<ReplyUpdate>): ReplyUpdate => ({
  text: '',
  status: 'queued',
  attempt: 0,
  nextAttemptAt: null,
  message: null,
  replyId: null,
  reply: null,
  ...fields,
});
