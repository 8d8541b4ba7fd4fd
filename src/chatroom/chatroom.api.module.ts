import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { UsersModule } from '../users/users.module.js';
import { RoomsExport } from './account/rooms-export.js';
import { ChatroomController } from './chatroom.controller.js';
import { Chatroom } from './chatroom.entity.js';
import { ChatroomModule } from './chatroom.module.js';
import { ChatroomRepository } from './chatroom.repository.js';
import { ChatroomService } from './chatroom.service.js';

/** The routes of rooms and of the room list. */
@Module({
  imports: [ChatroomModule, UsersModule, TypeOrmModule.forFeature([Chatroom])],
  controllers: [ChatroomController],
  providers: [ChatroomRepository, ChatroomService, RoomsExport],
  exports: [ChatroomModule, ChatroomRepository, RoomsExport],
})
export class ChatroomApiModule {}
