import type { StreamEvent } from './stream-event.dto.js';
import type { EventData, StreamFormat } from './stream-format.js';
import { UiMessageEncoder, type UiMessageReader } from './ui-message.encoder.js';

/** The end of a UI message stream, where the AI SDK stops reading. */
const DONE = 'data: [DONE]\n\n';

/**
 * A UI message stream of the AI SDK: parts as unnamed events. An event of the product can be several parts. The last of
 * them has its id, so that a reader that is cut among them gets all of them again.
 */
export class UiMessageFormat implements StreamFormat {
  readonly headers = { 'x-vercel-ai-ui-message-stream': 'v1' };
  private readonly encoder: UiMessageEncoder;

  constructor(reader: UiMessageReader) {
    this.encoder = new UiMessageEncoder(reader);
  }

  write<T extends StreamEvent['type']>(type: T, data: EventData<T>, id?: string): string {
    const parts = this.encoder.encode({ type, ...data } as unknown as StreamEvent);
    const events = parts.map((part) => `data: ${JSON.stringify(part)}\n\n`);
    if (type === 'done') events.push(DONE);
    if (id !== undefined && events.length > 0) events.push(`id: ${id}\n${events.pop()!}`);
    return events.join('');
  }
}
