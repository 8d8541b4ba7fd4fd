import { EventStreamBody } from '../../platform/http/responses/event-stream.js';
import { toMessage, type SentDto } from '../message.dto.js';
import { eventId, type Position } from './event-id.js';
import type { ReplySnapshot } from './reply-snapshot.js';
import type { StreamEvent } from './stream-event.dto.js';
import { EVENTS, type EventData, type StreamFormat } from './stream-format.js';

/** Whom a stream belongs to: it ends with the session and with the room. */
export interface StreamOwner {
  sessionId: string;
  chatroomId: string;
}

/** One connection that shows one reply. It remembers no more than how far its reader has come. */
export class ReplyStream {
  readonly body: EventStreamBody;
  private toldStatus = '';
  private attempt: number | null;
  private offset: number;

  /**
   * @param from where the reader has come to; null: from the start
   * @param onClose called once, whoever ends it
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

  /** Tells the reader what was stored; before anything else. */
  accept(sent: SentDto): void {
    this.send('accepted', sent);
  }

  /** Tells the reader what is new. */
  show(reply: ReplySnapshot): void {
    this.tellStatus(reply);
    if (this.attempt !== reply.attempt || this.isStrange(reply)) this.reset(reply.attempt);
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

  /** First on every connection, and then whenever it has changed. */
  private tellStatus({ status, attempt, nextAttemptAt }: ReplySnapshot): void {
    const data = { status, attempt, next_attempt_at: nextAttemptAt?.toISOString() ?? null };
    const told = JSON.stringify(data);
    if (told === this.toldStatus) return;
    this.toldStatus = told;
    this.send('status', data);
  }

  /** No place where an event has ended: between the halves of a pair, or past the end of a text that grows no more: a failed reply's is empty. */
  private isStrange({ text, final }: ReplySnapshot): boolean {
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
