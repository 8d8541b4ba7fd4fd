import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { ListCacheModule } from './list-cache.module.js';
import { RoomsDeletionStep } from './rooms-deletion.step.js';

/** What becomes of the rooms of a deleted account: in every process that deletes accounts. */
@Module({ imports: [UsersModule, ListCacheModule], providers: [RoomsDeletionStep] })
export class RoomsDeletionModule {}
