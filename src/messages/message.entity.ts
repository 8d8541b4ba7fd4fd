import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where a reply is on its way; the last five are final. A user's message is always `completed`. */
export const REPLY_STATES = [
  'queued',
  'streaming',
  'retrying',
  'completed',
  'truncated',
  'blocked',
  'stopped',
  'failed',
] as const;
export type ReplyState = (typeof REPLY_STATES)[number];

export type FinishReason = 'stop' | 'length' | 'safety' | 'recitation' | 'stopped' | 'error';

/** Why a reply failed or was blocked. */
export const REPLY_ERRORS = {
  model_unavailable: { retriable: true, detail: 'The language model could not be reached. Try again.' },
  model_rate_limited: {
    retriable: true,
    detail: 'The language model is over its limit. Try again in a while.',
  },
  model_rejected: { retriable: false, detail: 'The language model refused the request as it was sent.' },
  model_timeout: { retriable: true, detail: 'The language model took too long. Try again.' },
  deadline_exceeded: { retriable: true, detail: 'No answer could be made in time. Try again.' },
  internal: { retriable: true, detail: 'Something went wrong here. Try again.' },
  safety: { retriable: false, detail: 'The answer was withheld by the safety filter of the model.' },
  recitation: { retriable: false, detail: 'The answer was withheld because it repeats protected material.' },
  prompt_blocked: { retriable: false, detail: 'The message was refused by the safety filter of the model.' },
  other: { retriable: false, detail: 'The answer was withheld by the model.' },
} as const;
export type ReplyErrorCode = keyof typeof REPLY_ERRORS;

/** One message of a room: what a person wrote, or a model's reply to it. */
@Entity('messages')
export class Message {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'chatroom_id' })
  chatroomId!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  /** 1, 2, 3 … in the room, in order of acceptance. */
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

  /** Part of the job id: raised by retry alone. */
  @Column('integer', { default: 1 })
  generation!: number;

  /** Failed tries of this generation. */
  @Column('integer', { default: 0 })
  failures!: number;

  /** Claims that were given back without a fault of the reply's: the model was over its limit, or was not asked. */
  @Column('integer', { name: 'put_offs', default: 0 })
  deferrals!: number;

  @Column('uuid', { name: 'in_reply_to', nullable: true })
  inReplyTo!: string | null;

  @Column('boolean', { default: true })
  active!: boolean;

  /** Of a user's message: a model refused it for its content or length. It is left out of what the model is sent. */
  @Column('boolean', { default: false })
  refused!: boolean;

  /** The day (YYYY-MM-DD) whose quota pays for this reply; null when the unit was given back. */
  @Column('date', { name: 'charged_on', nullable: true })
  chargedOn!: string | null;

  /** When its turn came, in its room and among its user's replies; null: it waits for it. */
  @Column('timestamptz', { name: 'turn_at', nullable: true })
  slotGrantedAt!: Date | null;

  /** A worker that is silent past this moment has lost the reply. */
  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil!: Date | null;

  @Column('timestamptz', { name: 'next_attempt_at', nullable: true })
  nextAttemptAt!: Date | null;

  /** When its person asked for it to end where it is. */
  @Column('timestamptz', { name: 'stop_requested_at', nullable: true })
  stopRequestedAt!: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'completed_at', nullable: true })
  completedAt!: Date | null;
}
