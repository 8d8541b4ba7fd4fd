import type { Logger } from '@nestjs/common';
import { FAILURE_CODES, type FailureCode, type ReplyErrorCode } from '../message.entity.js';
import type { Usage } from './claim.js';
import {
  FAILURES_OF_DAY,
  FIRST_TEXTS_OF_DAY,
  firstTextLabel,
  REPLIES_ENDED,
  REPLIES_OF_DAY,
  REPLY_FAILURES,
  REPLY_SECONDS,
  REPLY_TOKENS,
  TOKENS_OF_DAY,
} from './replies.metrics.js';
import type { EndedReply } from './reply-state.statements.js';

/** The last call of a model for a reply, as its worker saw it. */
export interface CallFacts {
  /** By the names of the configuration. */
  provider: string;
  model: string;
  /** When the first text arrived, by the clock of the slot; null: none did. */
  firstTextAt: Date | null;
}

/** What only the process that ended the reply knows. */
export interface EndFacts {
  now: Date;
  /** null: no model was called, or the process that ended the reply is not its worker. */
  call: CallFacts | null;
  /** The model that answered, as its provider names it. */
  model?: string | null;
  usage?: Usage | null;
  errorCode?: ReplyErrorCode | null;
}

/**
 * Writes the one line of a reply that has ended, and counts it. At most once for each end: the commit precedes it, and a process
 * that crashes or loses its connection in between writes no line. The line joins the logs: `request_id` is that of
 * the request that asked for the reply. Fields have the names of OpenTelemetry's semantic conventions where it has one. It has
 * ids and figures, never a text (promise 10).
 */
export function reportEnd(logger: Logger, replyId: string, ended: EndedReply, facts: EndFacts): void {
  const { call, usage = null, errorCode = null } = facts;
  const sinceSlotMs = (at: Date | null | undefined) =>
    at && ended.slotGrantedAt ? at.getTime() - ended.slotGrantedAt.getTime() : null;
  const firstTextMs = sinceSlotMs(call?.firstTextAt);
  const totalMs = sinceSlotMs(facts.now);
  logger.log({
    msg: 'reply ended',
    request_id: ended.requestId,
    reply_id: replyId,
    'gen_ai.conversation.id': ended.chatroomId,
    'user.id': ended.userId,
    state: ended.status,
    'error.type': errorCode,
    'gen_ai.provider.name': call?.provider ?? null,
    'gen_ai.request.model': call?.model ?? null,
    'gen_ai.response.model': facts.model ?? null,
    attempt: ended.attempt,
    first_text_ms: firstTextMs,
    total_ms: totalMs,
    'gen_ai.usage.input_tokens': usage?.promptTokens ?? null,
    'gen_ai.usage.output_tokens': usage?.outputTokens ?? null,
    'gen_ai.usage.cache_read.input_tokens': usage?.cachedTokens ?? null,
    thought_tokens: usage?.thoughtTokens ?? null,
  });
  REPLIES_ENDED.inc({ state: ended.status });
  REPLIES_OF_DAY.add(ended.status);
  if (errorCode && isFailure(errorCode)) {
    REPLY_FAILURES.inc({ code: errorCode });
    FAILURES_OF_DAY.add(errorCode);
  }
  if (call) count(call, usage, firstTextMs, ended.status === 'stopped' ? null : totalMs);
}

const isFailure = (code: ReplyErrorCode): code is FailureCode => FAILURE_CODES.some((one) => one === code);

function count(
  { provider, model }: CallFacts,
  usage: Usage | null,
  firstTextMs: number | null,
  totalMs: number | null,
): void {
  const labels = { provider, model };
  if (firstTextMs !== null) {
    REPLY_SECONDS.observe({ ...labels, until: 'first_text' }, firstTextMs / 1000);
    FIRST_TEXTS_OF_DAY.add(firstTextLabel(firstTextMs));
  }
  if (totalMs !== null) REPLY_SECONDS.observe({ ...labels, until: 'end' }, totalMs / 1000);
  const add = (kind: 'prompt' | 'output' | 'thought' | 'cached', tokens: number | null | undefined) => {
    if (!tokens) return;
    REPLY_TOKENS.inc({ ...labels, kind }, tokens);
    TOKENS_OF_DAY.add(`${kind}|${provider}|${model}`, tokens);
  };
  add('prompt', usage?.promptTokens);
  add('output', usage?.outputTokens);
  add('thought', usage?.thoughtTokens);
  add('cached', usage?.cachedTokens);
}
