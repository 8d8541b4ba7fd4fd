import { sseEvent } from '../../platform/http/responses/event-stream.js';
import type { StreamEvent } from './stream-event.dto.js';

/** Formats the events of one stream as Server-Sent Events. An instance belongs to one connection and may have state. */
export interface StreamFormat {
  /** Headers of the response beside those of every event stream. */
  readonly headers: Readonly<Record<string, string>>;

  /**
   * @param data the event's data without its type
   * @param id id of the position after the event
   * @returns the bytes to send; empty if the format has no part for the event
   */
  write<T extends StreamEvent['type']>(type: T, data: EventData<T>, id?: string): string;
}

/** The data of one kind of event, without its type. */
export type EventData<T extends StreamEvent['type']> = Omit<Extract<StreamEvent, { type: T }>, 'type'>;

/** The API's own events, as `StreamEvent` of the OpenAPI document describes them. */
export const EVENTS: StreamFormat = { headers: {}, write: sseEvent };
