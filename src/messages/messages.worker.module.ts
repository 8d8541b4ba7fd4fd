import { Module } from '@nestjs/common';
import { MessagesChores } from './account/messages.chores.js';

/** Deletes expired idempotency keys and old daily usage. */
@Module({ providers: [MessagesChores] })
export class MessagesWorkerModule {}
