import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ProducesOnly } from '../../platform/http/responses/accept.js';
import { EventStream } from '../../platform/http/responses/event-stream.js';
import { CurrentUser, type Principal } from '../../platform/http/principal.js';
import { Operation } from '../../platform/openapi/operation.decorator.js';
import { USER_EVENT, type UserEvent } from './user-event.dto.js';
import { UserEventStreams } from './user-event-streams.service.js';

const ROOM_ID = '019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f';

const SHOWN: { data: UserEvent }[] = [
  { data: { type: 'sync' } },
  { data: { type: 'message', id: '019a9d30-0c44-7a10-9b52-6d7e8f901234', chatroom_id: ROOM_ID } },
  { data: { type: 'usage' } },
  {
    data: {
      type: 'reply',
      id: '019a9d30-0c45-7b21-8c63-7e8f90123456',
      chatroom_id: ROOM_ID,
      status: 'completed',
    },
  },
];

@ApiTags('User')
@Controller('user/events')
export class UserEventsController {
  constructor(private readonly streams: UserEventStreams) {}

  @Get()
  @ProducesOnly('text/event-stream')
  @Operation({
    summary: 'Follow the changes of my account',
    description:
      'A stream of ids and states without text, so that a second tab or device knows what to read again. `sync` comes first on every connection and after any gap: read everything on the screen again. The stream never ends by itself; when it breaks, connect again. `Last-Event-ID` has no effect.',
    success: {
      status: 200,
      description: 'The stream. It ends with the session, or when the server process is replaced.',
      events: { union: USER_EVENT, shown: SHOWN },
    },
  })
  followEvents(@CurrentUser() user: Principal): EventStream {
    return new EventStream(this.streams.open(user));
  }
}
