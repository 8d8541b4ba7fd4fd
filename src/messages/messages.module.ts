import { Module } from '@nestjs/common';
import { ChatroomModule } from '../chatroom/chatroom.module.js';
import { UsersModule } from '../users/users.module.js';
import { RepliesDeletionStep } from './account/replies-deletion.step.js';
import { ReplyLifecycle } from './replies/reply-lifecycle.service.js';
import { ReplyQueue } from './replies/reply-queue.js';
import { ReplySweeper } from './replies/reply-sweeper.js';

/** The reply lifecycle, its queue and its sweeper, in every process. */
@Module({
  imports: [ChatroomModule, UsersModule],
  providers: [RepliesDeletionStep, ReplyLifecycle, ReplyQueue, ReplySweeper],
  exports: [ReplyLifecycle, ReplyQueue],
})
export class MessagesModule {}
