import { Module } from '@nestjs/common';
import { ChatroomApiModule } from '../chatroom/chatroom.api.module.js';
import { BranchesController } from './branches/branches.controller.js';
import { BranchesService } from './branches/branches.service.js';
import { EditRepository } from './branches/edit.repository.js';
import { LinesRepository } from './branches/lines.repository.js';
import { FeedbackController } from './feedback/feedback.controller.js';
import { FeedbackRepository } from './feedback/feedback.repository.js';
import { FeedbackService } from './feedback/feedback.service.js';
import { DailyMessageLimitGuard } from './quota/daily-message-limit.guard.js';
import { LimitEvents } from './quota/limit-events.js';
import { HistoryService } from './history/history.service.js';
import { UsersModule } from '../users/users.module.js';
import { MessagesExport } from './account/messages-export.js';
import { MessagesController } from './messages.controller.js';
import { MessagesRepository } from './messages.repository.js';
import { MessagesService } from './messages.service.js';
import { MessageResponses } from './replies/message-responses.js';
import { ReplyController } from './replies/reply.controller.js';
import { ReplyActions } from './replies/reply-actions.service.js';
import { ReplyStreams } from './stream/reply-streams.service.js';
import { MessagesModule } from './messages.module.js';
import { ReplyWaiter } from './replies/reply-waiter.js';
import { RoomFileController } from './room-file/room-file.controller.js';
import { RoomFileService } from './room-file/room-file.service.js';
import { RoomViewController } from './history/room-view.controller.js';
import { SearchController } from './search/search.controller.js';
import { SearchService } from './search/search.service.js';
import { SendRepository } from './send/send.repository.js';
import { UsageController } from './quota/usage.controller.js';
import { UsageRepository } from './quota/usage.repository.js';
import { UsageService } from './quota/usage.service.js';

/** The routes below a room: sending, history, replies, streams; and daily usage. */
@Module({
  imports: [ChatroomApiModule, MessagesModule, UsersModule],
  // UsageController first, so that `/chatroom/usage` does not match `/chatroom/:id`.
  controllers: [
    UsageController,
    RoomViewController,
    MessagesController,
    BranchesController,
    ReplyController,
    FeedbackController,
    RoomFileController,
    SearchController,
  ],
  providers: [
    BranchesService,
    DailyMessageLimitGuard,
    EditRepository,
    FeedbackRepository,
    FeedbackService,
    HistoryService,
    LimitEvents,
    LinesRepository,
    MessagesExport,
    MessagesRepository,
    MessagesService,
    MessageResponses,
    ReplyActions,
    ReplyStreams,
    ReplyWaiter,
    RoomFileService,
    SearchService,
    SendRepository,
    UsageRepository,
    UsageService,
  ],
  exports: [DailyMessageLimitGuard, MessagesRepository, ReplyActions],
})
export class MessagesApiModule {}
