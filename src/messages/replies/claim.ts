import type { NameSource, RoomSettings } from '../../chatroom/chatroom.entity.js';
import type { Tier } from '../../platform/config/tier.js';
import type { BlockCode, FinishReason, Message } from '../message.entity.js';

/**
 * A reply claimed by one worker, with the settings of its room. Every write names `id` and `attempt`, the fencing token, so
 * a later claim makes the writes of this one fail.
 */
export interface Claim extends RoomSettings {
  id: string;
  attempt: number;
  failures: number;
  /** Claims that do not count as tries. */
  deferrals: number;
  generation: number;
  slotGrantedAt: Date;
  /** `traceparent` of the request that asked for the reply; null: it was not traced. */
  traceContext: string | null;
  /** Source of the room's name. */
  nameSource: NameSource;
  /** seq of the message to answer. */
  questionSeq: number;
  chatroomId: string;
  /** Text of an earlier attempt; empty unless a stop was requested. */
  content: string;
  stopRequested: boolean;
  /** The tier at the moment of the claim. */
  tier: Tier;
}

/** The end of a reply with an answer. */
export interface Ending {
  status: 'completed' | 'truncated' | 'blocked' | 'stopped';
  content: string;
  finishReason: FinishReason | null;
  errorCode: BlockCode | null;
  /** The model that answered; null when none did. */
  model: string | null;
  usage: Usage | null;
}

/** Valid token counts of the provider. */
export type Usage = Record<'promptTokens' | 'outputTokens' | 'thoughtTokens' | 'cachedTokens', number | null>;

/** The part of an earlier message that the context needs. */
export type HistoryMessage = Pick<Message, 'id' | 'role' | 'content' | 'status' | 'inReplyTo' | 'refused'>;
