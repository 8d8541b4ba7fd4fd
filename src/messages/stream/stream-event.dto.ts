import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { EventUnion } from '../../platform/openapi/event-union.js';
import { MessageDto, SentDto } from '../message.dto.js';
import { REPLY_STATES } from '../message.entity.js';

const EventType = (type: StreamEvent['type']): PropertyDecorator =>
  ApiProperty({ enum: [type], description: 'The name of the event.' });

@ApiSchema({ description: 'First on POST: what was stored.' })
export class AcceptedEvent extends SentDto {
  @EventType('accepted')
  type!: 'accepted';
}

@ApiSchema({ description: 'First on every connection, and then whenever the state changes.' })
export class StatusEvent {
  @EventType('status')
  type!: 'status';

  @ApiProperty({
    enum: REPLY_STATES,
    description: 'State of the reply. New ones may come.',
    example: 'streaming',
  })
  status!: string;

  @ApiProperty({ type: 'integer', description: 'The attempt that makes the reply.', example: 1 })
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

@ApiSchema({ description: 'The text begins again: forget what was received.' })
export class ResetEvent {
  @EventType('reset')
  type!: 'reset';

  @ApiProperty({ type: 'integer', description: 'The attempt that the text belongs to.', example: 1 })
  attempt!: number;
}

@ApiSchema({ description: 'The text goes on.' })
export class DeltaEvent {
  @EventType('delta')
  type!: 'delta';

  @ApiProperty({ description: 'To be appended to the text.', example: 'Sunlight is scattered' })
  text!: string;
}

@ApiSchema({ description: 'The reply is final. The server closes the stream.' })
export class DoneEvent extends MessageDto {
  @EventType('done')
  type!: 'done';
}

/** What `data` of a stream's events holds. */
export type StreamEvent = AcceptedEvent | StatusEvent | ResetEvent | DeltaEvent | DoneEvent;

/** {@link StreamEvent} in the document. */
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
