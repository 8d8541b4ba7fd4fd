import { EventStreamBody } from '../../platform/http/responses/event-stream.js';
import { toMessage, type SentDto } from '../message.dto.js';
import { eventId, type Position } from './event-id.js';
import type { ReplySnapshot } from './reply-snapshot.js';
import type { StreamEvent } from './stream-event.dto.js';
import { EVENTS, type EventData, type StreamFormat } from './stream-format.js';

/** The session and the room of a stream: it ends with either. */
export interface StreamOwner {
  sessionId: string;
  chatroomId: string;
}

/** One connection that shows one reply. Its only state is the reader's position and the last status sent. */
export class ReplyStream {
  readonly body: EventStreamBody;
  private lastStatus = '';
  private attempt: number | null;
  private offset: number;

  /**
   * @param from the reader's position; null: from the start
   * @param onClose called once, after an end by either side
   */
  constructor(
    readonly owner: StreamOwner,
    from: Position | null,
    onClose: () => void,
    private readonly format: StreamFormat = EVENTS,
  ) {
    this.body = new EventStreamBody(onClose);
    this.attempt = from && from.offset !== 'end' ? from.attempt : null;
    this.offset = from && from.offset !== 'end' ? from.offset : 0;
  }

  /** Sends the stored message and reply, before anything else. */
  accept(sent: SentDto): void {
    this.send('accepted', sent);
  }

  /** Sends what the reader does not have yet. */
  show(reply: ReplySnapshot): void {
    this.sendStatus(reply);
    if (this.attempt !== reply.attempt || this.isInvalidPosition(reply)) this.reset(reply.attempt);
    if (reply.text.length > this.offset) {
      this.offset += this.sendText(reply.text.slice(this.offset));
    }
    if (reply.final) {
      this.send('done', toMessage(reply.final), { attempt: reply.attempt, offset: 'end' });
      this.body.end();
    }
  }

  private sendText(text: string): number {
    const position = { attempt: this.attempt!, offset: this.offset + text.length };
    this.send('delta', { text }, position);
    return text.length;
  }

  private reset(attempt: number): void {
    this.attempt = attempt;
    this.offset = 0;
    this.send('reset', { attempt }, { attempt, offset: 0 });
  }

  /** Sends the status, first on every connection and after each change. */
  private sendStatus({ status, attempt, nextAttemptAt }: ReplySnapshot): void {
    const data = { status, attempt, next_attempt_at: nextAttemptAt?.toISOString() ?? null };
    const encoded = JSON.stringify(data);
    if (encoded === this.lastStatus) return;
    this.lastStatus = encoded;
    this.send('status', data);
  }

  /**
   * Is the offset one that no event of this API can have: between the halves of a surrogate pair, or beyond a final text?
   * The text of a failed reply is empty, so a reader of its former text is always beyond it.
   */
  private isInvalidPosition({ text, final }: ReplySnapshot): boolean {
    const next = text.charCodeAt(this.offset);
    const before = text.charCodeAt(this.offset - 1);
    const cutsPair = next >= 0xdc00 && next <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
    return cutsPair || (final !== null && this.offset > text.length);
  }

  private send<T extends StreamEvent['type']>(type: T, data: EventData<T>, position?: Position): void {
    const text = this.format.write(type, data, position && eventId(position));
    if (text !== '') this.body.send(text);
  }
}
