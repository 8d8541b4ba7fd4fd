import { Module } from '@nestjs/common';
import { MessagesModule } from '../messages/messages.module.js';
import { TitlesModule } from '../titles/titles.module.js';
import { RepliesProcessor } from './replies.processor.js';
import { ReplyGenerator } from './reply-generator.service.js';

/** Generates queued replies. */
@Module({
  imports: [MessagesModule, TitlesModule],
  providers: [ReplyGenerator, RepliesProcessor],
})
export class RepliesWorkerModule {}
