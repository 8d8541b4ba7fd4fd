import { sseEvent } from '../../platform/http/responses/event-stream.js';
import type { StreamEvent } from './stream-event.dto.js';

/** Writes the events of one stream as Server-Sent Events. An instance belongs to one connection: it may keep state. */
export interface StreamFormat {
  /** Headers of the response beside those of every event stream. */
  readonly headers: Readonly<Record<string, string>>;

  /**
   * @param data the event's data without its type
   * @param id names the position after the event
   * @returns the bytes to send; empty when the format has nothing to say
   */
  write<T extends StreamEvent['type']>(type: T, data: EventData<T>, id?: string): string;
}

/** The data of one kind of event, without its type. */
export type EventData<T extends StreamEvent['type']> = Omit<Extract<StreamEvent, { type: T }>, 'type'>;

/** The product's own events, as `StreamEvent` in the document describes them. */
export const EVENTS: StreamFormat = { headers: {}, write: sseEvent };
