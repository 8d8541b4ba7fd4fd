import { Module } from '@nestjs/common';
import { MessagesModule } from '../messages/messages.module.js';
import { RepliesProcessor } from './replies.processor.js';
import { ReplyMaker } from './reply-maker.service.js';

/** Turns queued replies into answers. */
@Module({
  imports: [MessagesModule],
  providers: [ReplyMaker, RepliesProcessor],
})
export class RepliesWorkerModule {}
