import { Module } from '@nestjs/common';
import { ChatroomModule } from '../chatroom/chatroom.module.js';
import { TitleWriter } from './title-writer.service.js';
import { TitlesProcessor } from './titles.processor.js';
import { TitlesRepository } from './titles.repository.js';

/** Writes titles of rooms; absent with AUTO_TITLE=off. */
@Module({ imports: [ChatroomModule], providers: [TitlesRepository, TitleWriter, TitlesProcessor] })
export class TitlesWorkerModule {}
