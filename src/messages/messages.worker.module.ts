import { Module } from '@nestjs/common';
import { MessagesChores } from './account/messages.chores.js';
import { SearchBlocks } from './search/search-blocks.service.js';

/** Deletes expired idempotency keys and old daily usage, and makes the blocks that search reads. */
@Module({ providers: [MessagesChores, SearchBlocks] })
export class MessagesWorkerModule {}
