import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Final states of a reply. A user's message is always `completed`. */
export const FINAL_STATES = ['completed', 'truncated', 'blocked', 'stopped', 'failed'] as const;
export type FinalState = (typeof FINAL_STATES)[number];

/** States of a reply. */
export const REPLY_STATES = ['queued', 'streaming', 'retrying', ...FINAL_STATES] as const;
export type ReplyState = (typeof REPLY_STATES)[number];

export type FinishReason = 'stop' | 'length' | 'safety' | 'recitation' | 'stopped' | 'error';

/** Why a reply failed. */
export const FAILURE_CODES = [
  'model_unavailable',
  'model_rate_limited',
  'model_rejected',
  'model_timeout',
  'deadline_exceeded',
  'internal',
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

/** Why a reply was blocked. */
export type BlockCode = 'safety' | 'recitation' | 'prompt_blocked' | 'other';

export type ReplyErrorCode = FailureCode | BlockCode;

/** Why a reply failed or was blocked, as clients read it. */
export const REPLY_ERRORS: Record<ReplyErrorCode, { retriable: boolean; detail: string }> = {
  model_unavailable: { retriable: true, detail: 'The language model could not be reached. Try again.' },
  model_rate_limited: {
    retriable: true,
    detail: 'The language model has reached its rate limit. Try again in a few minutes.',
  },
  model_rejected: {
    retriable: false,
    detail: 'The language model refused the request. A changed or shorter message may be accepted.',
  },
  model_timeout: { retriable: true, detail: 'The language model took too long. Try again.' },
  deadline_exceeded: {
    retriable: true,
    detail: 'The reply was not finished before its deadline. Try again.',
  },
  internal: { retriable: true, detail: 'The server failed to produce the reply. Try again.' },
  safety: {
    retriable: false,
    detail: 'The safety filter of the model withheld the answer. Rephrase the message.',
  },
  recitation: {
    retriable: false,
    detail: 'The model withheld the answer because it repeats protected material. Rephrase the message.',
  },
  prompt_blocked: {
    retriable: false,
    detail: 'The safety filter of the model refused the message. Rephrase it.',
  },
  other: { retriable: false, detail: 'The model withheld the answer. Rephrase the message.' },
};

/** Ratings of a reply. */
export const RATINGS = ['up', 'down'] as const;
export type Rating = (typeof RATINGS)[number];

/** The user's feedback on a reply. */
export interface Feedback {
  rating: Rating;
  tags: string[];
  comment: string | null;
  /** When it was given, ISO 8601. */
  at: string;
}

/** One message of a room: a user's text, or the model's reply to it. */
@Entity('messages')
export class Message {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'chatroom_id' })
  chatroomId!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  /** Position in the room: 1, 2, 3 … in order of acceptance. */
  @Column('integer')
  seq!: number;

  @Column('uuid', { name: 'parent_id', nullable: true })
  parentId!: string | null;

  @Column('text')
  role!: 'user' | 'model';

  @Column('text', { default: '' })
  content!: string;

  @Column('text')
  status!: ReplyState;

  @Column('text', { name: 'error_code', nullable: true })
  errorCode!: ReplyErrorCode | null;

  @Column('text', { name: 'finish_reason', nullable: true })
  finishReason!: FinishReason | null;

  @Column('text', { nullable: true })
  model!: string | null;

  /** Name in the configuration of the provider that was called last for this reply, for operators; null: none was called. */
  @Column('text', { nullable: true })
  provider!: string | null;

  @Column('integer', { name: 'prompt_tokens', nullable: true })
  promptTokens!: number | null;

  @Column('integer', { name: 'output_tokens', nullable: true })
  outputTokens!: number | null;

  @Column('integer', { name: 'thought_tokens', nullable: true })
  thoughtTokens!: number | null;

  @Column('integer', { name: 'cached_tokens', nullable: true })
  cachedTokens!: number | null;

  /** Fencing token: a worker may write only under the attempt that it claimed. */
  @Column('integer', { default: 0 })
  attempt!: number;

  /** Part of the job id; only a retry raises it. */
  @Column('integer', { default: 1 })
  generation!: number;

  /** Failed tries of this generation. */
  @Column('integer', { default: 0 })
  failures!: number;

  /** Claims that do not count as tries: the model was rate-limited or skipped, or the worker shut down. */
  @Column('integer', { name: 'put_offs', default: 0 })
  deferrals!: number;

  @Column('uuid', { name: 'in_reply_to', nullable: true })
  inReplyTo!: string | null;

  /** Stored: not failed, and in a room without branches the newest answer. As read: also on the active path. */
  @Column('boolean', { default: true })
  active!: boolean;

  /** seq of the first message of its branch; null: the trunk. */
  @Column('integer', { nullable: true })
  branch!: number | null;

  /** Position among the messages with the same parent and role, from 1; computed when read. */
  siblingIndex!: number;

  /** Number of messages with the same parent and role; computed when read. */
  siblingCount!: number;

  /** For a user's message: a model refused its content or length, so it is left out of later contexts. */
  @Column('boolean', { default: false })
  refused!: boolean;

  /** The day (YYYY-MM-DD) whose quota pays for this reply; null after a refund. */
  @Column('date', { name: 'charged_on', nullable: true })
  chargedOn!: string | null;

  /** When the slot was granted; null: the reply waits for one. */
  @Column('timestamptz', { name: 'turn_at', nullable: true })
  slotGrantedAt!: Date | null;

  /** End of the worker's lease: after it another worker may claim the reply. */
  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil!: Date | null;

  @Column('timestamptz', { name: 'next_attempt_at', nullable: true })
  nextAttemptAt!: Date | null;

  /** When the user requested the stop. */
  @Column('timestamptz', { name: 'stop_requested_at', nullable: true })
  stopRequestedAt!: Date | null;

  /** Id of the request that asked for this reply; null for a user's message. */
  @Column('text', { name: 'request_id', nullable: true })
  requestId!: string | null;

  @Column('jsonb', { nullable: true })
  feedback!: Feedback | null;

  /** `traceparent` of the span that stored the reply; null: no tracing. */
  @Column('text', { name: 'trace_context', nullable: true })
  traceContext!: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'completed_at', nullable: true })
  completedAt!: Date | null;
}
