import type { MessageDto, SentDto } from '../message.dto.js';
import type { UsageDto } from '../quota/usage.dto.js';
import type { Position } from './event-id.js';
import type { DoneEvent, StatusEvent, StreamEvent } from './stream-event.dto.js';

/** The data of a reply beside its text; later values replace earlier ones. */
export type ReplyMetadata = Partial<Omit<MessageDto, 'content' | 'id'>> & {
  /** The day's usage after the message; only on POST. */
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

/** State and abilities of the encoder's reader. */
export interface UiMessageReader {
  /** Id of the reply: the reader's message has the same id. */
  replyId: string;
  /** Position of the reader; null: it has received nothing. */
  from: Position | null;
  /** True for a reader that understands `reset-step` (ai 7). For ai 5 and 6 a new attempt is a new step. */
  hasResetStep: boolean;
  /** The day's usage, sent with `start`. */
  limits?: UsageDto;
}

/**
 * Converts the events of one stream to parts of a UI message. One step contains one attempt, so the reply's text is the
 * text after the last `start-step`. Without I/O; the only state is which parts are open.
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
    // A reader at offset 0 has the step without text.
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

  /** Keeps the message's id for `start`, which is sent with the state: a reader with only `start` would show an empty answer. */
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

  /** Discards the text of the previous attempt; before the first step there is none. */
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

  /** Metadata precedes `error`, because a reader stops at an error. */
  private done({ type: _type, content: _text, id: _id, ...metadata }: DoneEvent): UiMessagePart[] {
    const open: UiMessagePart[] = this.openText === null ? [] : [{ type: 'text-end', id: this.openText }];
    this.openText = null;
    return [...open, { type: 'finish-step' as const }, ...this.metadata(metadata), ...endOf(metadata)];
  }
}

/** The id of every text: a step has one text, so one id is enough, and a resumed reader knows it. */
const TEXT_ID = 'text';

/** The parts that end a final reply. */
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

/** The detail of the reply's error; the code is in the metadata as well. */
const errorOf = (error: MessageDto['error']): UiMessagePart[] =>
  error ? [{ type: 'error', errorText: `${error.detail} (${error.code})` }] : [];
