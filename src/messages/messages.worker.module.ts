import { Module } from '@nestjs/common';
import { MessagesChores } from './account/messages.chores.js';

/** Deletes idempotency keys and daily counts that are no longer needed. */
@Module({ providers: [MessagesChores] })
export class MessagesWorkerModule {}
