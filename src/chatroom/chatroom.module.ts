import { Module } from '@nestjs/common';
import { ChatroomRepository } from './chatroom.repository.js';
import { ChatroomListCache } from './chatroom-list-cache.js';

@Module({
  providers: [ChatroomRepository, ChatroomListCache],
  exports: [ChatroomRepository, ChatroomListCache],
})
export class ChatroomModule {}
