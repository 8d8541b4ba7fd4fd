import { Module } from '@nestjs/common';
import { ChatroomListCache } from './chatroom-list-cache.js';
import { ListCacheBypass } from './list-cache-bypass.js';
import { ListCacheBypassRepository } from './list-cache-bypass.repository.js';
import { ListCacheHealer } from './list-cache.healer.js';

/** The cached room list, without any route: also for a process that only writes. */
@Module({
  providers: [ListCacheBypassRepository, ListCacheBypass, ChatroomListCache, ListCacheHealer],
  exports: [ChatroomListCache],
})
export class ListCacheModule {}
