import { ApiProperty } from '@nestjs/swagger';
import { EVENT_TYPES, type EventType } from '../../platform/config/event-types.js';
import { ChoiceField } from '../../platform/fields/fields.js';
import { PageOf, StrictPageQuery } from '../../platform/fields/page.js';
import {
  DELIVERY_STATES,
  type DeliveryState,
  type OutgoingEvent,
} from '../../platform/outbox/outgoing-events.repository.js';
import { IdField } from '../id.field.js';

/** An event for the app's server, and how its delivery stands. */
export class AdminDeliveryDto {
  @ApiProperty({ format: 'uuid', description: 'The receiver’s `webhook-id`.' })
  id!: string;

  @ApiProperty({ enum: EVENT_TYPES, example: 'reply.completed', description: 'Values may be added.' })
  type!: EventType;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The event’s data: ids and states, no text.',
    example: { user_id: '019a0000-0000-7000-8000-000000000001', status: 'completed' },
  })
  data!: object;

  @ApiProperty({ enum: DELIVERY_STATES, example: 'failed', description: 'Values may be added.' })
  state!: DeliveryState;

  @ApiProperty({ type: 'integer', example: 12, description: 'Requests since the event or its last replay.' })
  tries!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Status of the last answer, or the kind of the last error.',
    example: 'status 500',
  })
  last_error!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'null: it has ended.' })
  next_try_at!: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  ended_at!: string | null;
}

export class AdminDeliveryPage extends PageOf(AdminDeliveryDto) {}

export class DeliveriesQuery extends StrictPageQuery {
  @ChoiceField({
    choices: DELIVERY_STATES,
    description: 'Only deliveries in this state.',
    presence: 'optional',
  })
  state?: DeliveryState;

  @ChoiceField({ choices: EVENT_TYPES, description: 'Only events of this type.', presence: 'optional' })
  type?: EventType;

  @IdField('Only events about this account.')
  user_id?: string;
}

export function toAdminDelivery(event: OutgoingEvent): AdminDeliveryDto {
  return {
    id: event.id,
    type: event.type,
    data: event.data,
    state: event.state,
    tries: event.tries,
    last_error: event.lastError,
    next_try_at: event.state === 'pending' ? event.nextTryAt.toISOString() : null,
    created_at: event.createdAt.toISOString(),
    ended_at: event.endedAt?.toISOString() ?? null,
  };
}
