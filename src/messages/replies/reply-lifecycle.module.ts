import { Module } from '@nestjs/common';
import { UsersModule } from '../../users/users.module.js';
import { RepliesDeletionStep } from '../account/replies-deletion.step.js';
import { ReplyLifecycle } from './reply-lifecycle.service.js';
import { ReplyQueue } from './reply-queue.js';
import { ReplySweeper } from './reply-sweeper.js';

/** Changes of a reply's state and the sweeper: in every process, with or without routes. */
@Module({
  imports: [UsersModule],
  providers: [RepliesDeletionStep, ReplyLifecycle, ReplyQueue, ReplySweeper],
  exports: [ReplyLifecycle, ReplyQueue],
})
export class ReplyLifecycleModule {}
