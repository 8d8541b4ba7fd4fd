import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField, TextField } from '../../platform/fields/fields.js';
import { PageOf, StrictPageQuery } from '../../platform/fields/page.js';
import { IdField } from '../id.field.js';
import { EVENT_STATES, type AdminEventRow, type EventState } from './admin-billing.repository.js';

/** An event of Stripe's in the inbox. Its payload is not stored. */
export class AdminEventDto {
  @ApiProperty({ description: 'Stripe’s id.', example: 'evt_1QyZ' })
  id!: string;

  @ApiProperty({ example: 'invoice.paid' })
  type!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Stripe’s id of its object.',
    example: 'in_1QyZ',
  })
  object_id!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Stripe’s id of its customer.',
    example: 'cus_1QyZ',
  })
  customer_id!: string | null;

  @ApiProperty({ enum: EVENT_STATES, example: 'failed', description: 'Values may be added.' })
  state!: EventState;

  @ApiProperty({ type: 'integer', example: 10 })
  tries!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The kind of the last error.',
    example: 'StripeUnavailable',
  })
  last_error!: string | null;

  @ApiProperty({ format: 'date-time', description: 'Time of the event at Stripe.' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  received_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  handled_at!: string | null;
}

export class AdminEventPage extends PageOf(AdminEventDto) {}

export class EventsQuery extends StrictPageQuery {
  @ChoiceField({ choices: EVENT_STATES, description: 'Only events in this state.', presence: 'optional' })
  state?: EventState;

  @TextField({
    description: 'Only events of this type.',
    example: 'invoice.paid',
    min: 1,
    max: 100,
    presence: 'optional',
  })
  type?: string;

  @IdField('Only events of this account’s customer.')
  user_id?: string;
}

export function toAdminEvent(event: AdminEventRow): AdminEventDto {
  return {
    id: event.id,
    type: event.type,
    object_id: event.objectId,
    customer_id: event.customerId,
    state: event.state,
    tries: event.tries,
    last_error: event.lastError,
    created_at: event.createdAt.toISOString(),
    received_at: event.receivedAt.toISOString(),
    handled_at: event.handledAt?.toISOString() ?? null,
  };
}
