import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { ROOM_CHANGES, type Nudge, type RoomChange } from '../../platform/bus/nudge.js';
import type { EventUnion } from '../../platform/openapi/event-union.js';

const EventType = (type: UserEvent['type']): PropertyDecorator =>
  ApiProperty({ enum: [type], description: 'The name of the event.' });
const Id = (description: string): PropertyDecorator =>
  ApiProperty({ format: 'uuid', description, example: '019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f' });

@ApiSchema({
  description:
    'Anything may have changed: first on every connection, and whenever events may have been lost.',
})
export class SyncEvent {
  @EventType('sync')
  type!: 'sync';
}

@ApiSchema({ description: 'A room is new, has other settings, or is gone.' })
export class RoomEvent {
  @EventType('room')
  type!: 'room';

  @Id('The room.')
  id!: string;

  @ApiProperty({ enum: ROOM_CHANGES, description: 'Values may be added.', example: 'created' })
  change!: RoomChange;
}

@ApiSchema({
  description:
    'A message is new, with its reply and its room’s place in the list; or its feedback has changed.',
})
export class MessageEvent {
  @EventType('message')
  type!: 'message';

  @Id('The message.')
  id!: string;

  @Id('Its room.')
  chatroom_id!: string;
}

@ApiSchema({
  description: 'A reply is queued again or final. While it is written, its own stream shows its changes.',
})
export class ReplyEvent {
  @EventType('reply')
  type!: 'reply';

  @Id('The reply.')
  id!: string;

  @Id('Its room.')
  chatroom_id!: string;

  @ApiProperty({ description: 'State of the reply. More states may be added.', example: 'completed' })
  status!: string;
}

@ApiSchema({ description: 'The units of the day have changed: read `GET /user/usage`.' })
export class UsageEvent {
  @EventType('usage')
  type!: 'usage';
}

@ApiSchema({ description: 'The tier or a subscription has changed: read `GET /subscription/status`.' })
export class SubscriptionEvent {
  @EventType('subscription')
  type!: 'subscription';
}

/** The `data` of the events of `GET /user/events`. */
export type UserEvent = SyncEvent | RoomEvent | MessageEvent | ReplyEvent | UsageEvent | SubscriptionEvent;

/** {@link UserEvent} in OpenAPI. */
export const USER_EVENT: EventUnion = {
  name: 'UserEvent',
  classes: {
    sync: SyncEvent,
    room: RoomEvent,
    message: MessageEvent,
    reply: ReplyEvent,
    usage: UsageEvent,
    subscription: SubscriptionEvent,
  },
};

export function toUserEvent(nudge: Nudge): UserEvent {
  if (!('chatroomId' in nudge)) return nudge;
  const { chatroomId: chatroom_id, ...rest } = nudge;
  return { ...rest, chatroom_id };
}
