import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { UsersModule } from '../users/users.module.js';
import { ChatroomController } from './chatroom.controller.js';
import { Chatroom } from './chatroom.entity.js';
import { ChatroomRepository } from './chatroom.repository.js';
import { ChatroomService } from './chatroom.service.js';
import { ListCacheModule } from './list-cache.module.js';
import { RoomsDeletionModule } from './rooms-deletion.module.js';
import { RoomsExport } from './rooms-export.js';

/** Rooms and their cached list. */
@Module({
  imports: [UsersModule, ListCacheModule, RoomsDeletionModule, TypeOrmModule.forFeature([Chatroom])],
  controllers: [ChatroomController],
  providers: [ChatroomRepository, ChatroomService, RoomsExport],
  exports: [ChatroomRepository, ListCacheModule, RoomsExport],
})
export class ChatroomModule {}
