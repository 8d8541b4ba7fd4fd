import type { RoomSettings } from '../../chatroom/chatroom.entity.js';
import type { Tier } from '../../platform/config/tier.js';
import type { FinishReason, Message, ReplyErrorCode } from '../message.entity.js';

/** A reply in one worker's hands, with what its room's owner has set. Everything it writes names `id` and `attempt`: a later claim makes it powerless. */
export interface Claim extends RoomSettings {
  id: string;
  attempt: number;
  failures: number;
  /** Claims that were put off, and are not to be held against it. */
  deferrals: number;
  generation: number;
  slotGrantedAt: Date;
  /** seq of the message that it answers. */
  questionSeq: number;
  chatroomId: string;
  /** What an earlier worker had shown; empty unless the reply is only to be stopped. */
  content: string;
  stopRequested: boolean;
  /** The tier at the moment of the claim. */
  tier: Tier;
}

/** How a reply with an answer ended. */
export interface Ending {
  status: 'completed' | 'truncated' | 'blocked' | 'stopped';
  content: string;
  finishReason: FinishReason | null;
  errorCode: ReplyErrorCode | null;
  /** What answered; null: nothing did. */
  model: string | null;
  usage: Usage | null;
}

/** Counts that the provider told in a form that can be one. */
export type Usage = Record<'promptTokens' | 'outputTokens' | 'thoughtTokens' | 'cachedTokens', number | null>;

/** An earlier message of the room, as far as the context needs it. */
export type SaidBefore = Pick<Message, 'id' | 'role' | 'content' | 'status' | 'inReplyTo' | 'refused'>;
