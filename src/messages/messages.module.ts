import { Module } from '@nestjs/common';
import { ChatroomModule } from '../chatroom/chatroom.module.js';
import { DailyMessageLimitGuard } from './quota/daily-message-limit.guard.js';
import { HistoryService } from './history/history.service.js';
import { UsersModule } from '../users/users.module.js';
import { MessagesExport } from './account/messages-export.js';
import { MessagesController } from './messages.controller.js';
import { MessagesRepository } from './messages.repository.js';
import { MessagesService } from './messages.service.js';
import { ReplyAnswers } from './replies/reply-answers.js';
import { ReplyController } from './replies/reply.controller.js';
import { ReplyOrders } from './replies/reply-orders.service.js';
import { ReplyStreams } from './stream/reply-streams.service.js';
import { ReplyLifecycleModule } from './replies/reply-lifecycle.module.js';
import { ReplyWaiter } from './replies/reply-waiter.js';
import { RoomViewController } from './history/room-view.controller.js';
import { SendRepository } from './send/send.repository.js';
import { UsageController } from './quota/usage.controller.js';
import { UsageRepository } from './quota/usage.repository.js';
import { UsageService } from './quota/usage.service.js';

/** Messages, their replies' states, the day's quota, and the routes below one room. */
@Module({
  imports: [ChatroomModule, ReplyLifecycleModule, UsersModule],
  // The usage first: `/chatroom/usage` must not be taken for a room's id.
  controllers: [UsageController, RoomViewController, MessagesController, ReplyController],
  providers: [
    DailyMessageLimitGuard,
    HistoryService,
    MessagesExport,
    MessagesRepository,
    MessagesService,
    ReplyAnswers,
    ReplyOrders,
    ReplyStreams,
    ReplyWaiter,
    SendRepository,
    UsageRepository,
    UsageService,
  ],
  exports: [DailyMessageLimitGuard, MessagesRepository, ReplyOrders],
})
export class MessagesModule {}
