import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { EventUnion } from '../../platform/openapi/event-union.js';
import { MessageDto, SentDto } from '../message.dto.js';
import { REPLY_STATES } from '../message.entity.js';

const EventType = (type: StreamEvent['type']): PropertyDecorator =>
  ApiProperty({ enum: [type], description: 'The name of the event.' });

@ApiSchema({ description: 'First event after a POST: the stored message and its queued reply.' })
export class AcceptedEvent extends SentDto {
  @EventType('accepted')
  type!: 'accepted';
}

@ApiSchema({ description: 'The state of the reply: first on every connection, and after each change.' })
export class StatusEvent {
  @EventType('status')
  type!: 'status';

  @ApiProperty({
    enum: REPLY_STATES,
    description: 'State of the reply. More states may be added.',
    example: 'streaming',
  })
  status!: string;

  @ApiProperty({ type: 'integer', description: 'The attempt that writes the reply.', example: 1 })
  attempt!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'With `retrying`: when the next attempt begins.',
    example: null,
  })
  next_attempt_at!: string | null;
}

@ApiSchema({ description: 'The text starts over: discard the text received so far.' })
export class ResetEvent {
  @EventType('reset')
  type!: 'reset';

  @ApiProperty({ type: 'integer', description: 'The attempt that the text belongs to.', example: 1 })
  attempt!: number;
}

@ApiSchema({ description: 'The next part of the text.' })
export class DeltaEvent {
  @EventType('delta')
  type!: 'delta';

  @ApiProperty({ description: 'Append it to the text received so far.', example: 'Sunlight is scattered' })
  text!: string;
}

@ApiSchema({ description: 'The final reply. The server closes the stream after it.' })
export class DoneEvent extends MessageDto {
  @EventType('done')
  type!: 'done';
}

/** The `data` of a stream's events. */
export type StreamEvent = AcceptedEvent | StatusEvent | ResetEvent | DeltaEvent | DoneEvent;

/** {@link StreamEvent} in OpenAPI. */
export const STREAM_EVENT: EventUnion = {
  name: 'StreamEvent',
  classes: {
    accepted: AcceptedEvent,
    status: StatusEvent,
    reset: ResetEvent,
    delta: DeltaEvent,
    done: DoneEvent,
  },
};
