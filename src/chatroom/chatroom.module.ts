import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { UsersModule } from '../users/users.module.js';
import { ChatroomController } from './chatroom.controller.js';
import { Chatroom } from './chatroom.entity.js';
import { ChatroomRepository } from './chatroom.repository.js';
import { ChatroomService } from './chatroom.service.js';
import { ListCacheModule } from './list-cache.module.js';

/** Rooms and their cached list. */
@Module({
  imports: [UsersModule, ListCacheModule, TypeOrmModule.forFeature([Chatroom])],
  controllers: [ChatroomController],
  providers: [ChatroomRepository, ChatroomService],
  exports: [ChatroomRepository, ListCacheModule],
})
export class ChatroomModule {}
