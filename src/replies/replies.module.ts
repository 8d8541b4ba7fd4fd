import { Module } from '@nestjs/common';
import { LlmModule } from '../llm/llm.module.js';
import { MessagesChores } from '../messages/account/messages.chores.js';
import { ReplyLifecycleModule } from '../messages/replies/reply-lifecycle.module.js';
import { RepliesProcessor } from './replies.processor.js';
import { ReplyMaker } from './reply-maker.service.js';

/** The worker's side: turns queued replies into answers. */
@Module({
  imports: [ReplyLifecycleModule, LlmModule],
  providers: [ReplyMaker, RepliesProcessor, MessagesChores],
})
export class RepliesModule {}
