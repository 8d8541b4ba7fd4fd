import { Module } from '@nestjs/common';
import { UserEventsController } from './events/user-events.controller.js';
import { UserEventStreams } from './events/user-event-streams.service.js';
import { EventsExport } from './export/events-export.js';
import { UsersExport } from './export/users-export.js';
import { ModelsController } from './models.controller.js';
import { UsersController } from './users.controller.js';
import { UsersModule } from './users.module.js';

/** The routes of a profile and of the models that it may choose. */
@Module({
  imports: [UsersModule],
  controllers: [UsersController, UserEventsController, ModelsController],
  providers: [EventsExport, UserEventStreams, UsersExport],
})
export class UsersApiModule {}
