import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { RoomsDeletionStep } from './account/rooms-deletion.step.js';
import { ChatroomListCache } from './list-cache/chatroom-list-cache.js';
import { ListCacheBypass } from './list-cache/list-cache-bypass.js';
import { ListCacheBypassRepository } from './list-cache/list-cache-bypass.repository.js';
import { BypassReconciler } from './list-cache/bypass-reconciler.js';

/** The list cache, which every process that writes a room invalidates, and the deletion of an account's rooms. */
@Module({
  imports: [UsersModule],
  providers: [
    ChatroomListCache,
    ListCacheBypass,
    ListCacheBypassRepository,
    BypassReconciler,
    RoomsDeletionStep,
  ],
  exports: [ChatroomListCache],
})
export class ChatroomModule {}
