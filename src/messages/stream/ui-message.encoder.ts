import type { MessageDto, SentDto } from '../message.dto.js';
import type { UsageDto } from '../quota/usage.dto.js';
import type { Position } from './event-id.js';
import type { DoneEvent, StatusEvent, StreamEvent } from './stream-event.dto.js';

/** What the parts tell of a reply beside its text; later values replace earlier ones. */
export type ReplyMetadata = Partial<Omit<MessageDto, 'content' | 'id'>> & {
  /** Where the day stands after the message; only on POST. */
  limits?: UsageDto;
};

/** The parts of a UI message stream (AI SDK, protocol v1) that this product sends. */
export type UiMessagePart =
  | { type: 'start'; messageId: string; messageMetadata: ReplyMetadata }
  | { type: 'start-step' | 'finish-step' | 'reset-step' | 'abort' }
  | { type: 'text-start' | 'text-end'; id: string }
  | { type: 'text-delta'; id: string; delta: string }
  | { type: 'message-metadata'; messageMetadata: ReplyMetadata }
  | { type: 'error'; errorText: string }
  | { type: 'finish'; finishReason: 'stop' | 'length' | 'content-filter' | 'error' | 'other' };

/** What an encoder has to know of its reader. */
export interface UiMessageReader {
  /** Id of the reply: the reader's message has the same id. */
  replyId: string;
  /** Where the reader has come to; null: it has received nothing. */
  from: Position | null;
  /** Does the reader understand `reset-step` (ai 7)? For ai 5 and 6 a new attempt is a new step. */
  hasResetStep: boolean;
  /** Where the day stands, to be told with `start`. */
  limits?: UsageDto;
}

/**
 * Turns the events of one stream into parts of a UI message. One step holds one attempt, so the reply's text is the text
 * after the last `start-step`. Pure: it keeps only which parts are open.
 */
export class UiMessageEncoder {
  private hasStarted: boolean;
  private hasStep: boolean;
  private openText: string | null = null;
  private accepted: ReplyMetadata = {};

  constructor(private readonly reader: UiMessageReader) {
    const { from, limits } = reader;
    const isResumed = from !== null && from.offset !== 'end';
    this.hasStarted = isResumed;
    this.hasStep = isResumed;
    // At offset 0 the reader has the step, and no text in it.
    if (isResumed && from.offset !== 0) this.openText = TEXT_ID;
    if (limits) this.accepted = { limits };
  }

  encode(event: StreamEvent): UiMessagePart[] {
    switch (event.type) {
      case 'accepted':
        return this.accept(event);
      case 'status':
        return this.status(event);
      case 'reset':
        return this.reset();
      case 'delta':
        return this.delta(event.text);
      case 'done':
        return this.done(event);
    }
  }

  /** Waits for the state: `start` tells both at once, and a reader that only has `start` shows no empty answer. */
  private accept({ message }: SentDto): UiMessagePart[] {
    this.accepted = { ...this.accepted, in_reply_to: message.id };
    return [];
  }

  private status(event: StatusEvent): UiMessagePart[] {
    const { status, attempt, next_attempt_at } = event;
    return this.metadata({ status, attempt, next_attempt_at });
  }

  private metadata(messageMetadata: ReplyMetadata): UiMessagePart[] {
    if (this.hasStarted) return [{ type: 'message-metadata', messageMetadata }];
    this.hasStarted = true;
    const { replyId: messageId } = this.reader;
    return [{ type: 'start', messageId, messageMetadata: { ...this.accepted, ...messageMetadata } }];
  }

  /** Forgets the attempt's text: the first step has none. */
  private reset(): UiMessagePart[] {
    const { openText } = this;
    this.openText = null;
    if (!this.hasStep) {
      this.hasStep = true;
      return [{ type: 'start-step' }];
    }
    if (this.reader.hasResetStep) return [{ type: 'reset-step' }];
    if (openText === null) return [];
    return [{ type: 'text-end', id: openText }, { type: 'finish-step' }, { type: 'start-step' }];
  }

  private delta(delta: string): UiMessagePart[] {
    if (this.openText !== null) return [{ type: 'text-delta', id: this.openText, delta }];
    const id = (this.openText = TEXT_ID);
    return [
      { type: 'text-start', id },
      { type: 'text-delta', id, delta },
    ];
  }

  /** Metadata comes before `error`: a reader stops there. */
  private done({ type: _type, content: _text, id: _id, ...metadata }: DoneEvent): UiMessagePart[] {
    const open: UiMessagePart[] = this.openText === null ? [] : [{ type: 'text-end', id: this.openText }];
    this.openText = null;
    return [...open, { type: 'finish-step' as const }, ...this.metadata(metadata), ...endOf(metadata)];
  }
}

/** Steps hold one text each, so that one id is enough. A resumed reader knows it. */
const TEXT_ID = 'text';

/** How the parts say that a reply is final. */
function endOf({ status, error }: Pick<MessageDto, 'status' | 'error'>): UiMessagePart[] {
  switch (status) {
    case 'completed':
      return [{ type: 'finish', finishReason: 'stop' }];
    case 'truncated':
      return [{ type: 'finish', finishReason: 'length' }];
    case 'stopped':
      return [{ type: 'abort' }];
    case 'blocked':
      return [...errorOf(error), { type: 'finish', finishReason: 'content-filter' }];
    case 'failed':
      return [...errorOf(error), { type: 'finish', finishReason: 'error' }];
    default:
      return [{ type: 'finish', finishReason: 'other' }];
  }
}

/** The words of the table of errors; the code is in the metadata as well. */
const errorOf = (error: MessageDto['error']): UiMessagePart[] =>
  error ? [{ type: 'error', errorText: `${error.detail} (${error.code})` }] : [];
