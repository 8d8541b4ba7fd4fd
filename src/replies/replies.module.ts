import { Module } from '@nestjs/common';
import { LlmModule } from '../llm/llm.module.js';
import { ReplyLifecycleModule } from '../messages/reply-lifecycle.module.js';
import { RepliesProcessor } from './replies.processor.js';
import { ReplyMaker } from './reply-maker.service.js';

/** The worker's side: turns queued replies into answers. */
@Module({
  imports: [ReplyLifecycleModule, LlmModule],
  providers: [ReplyMaker, RepliesProcessor],
})
export class RepliesModule {}
