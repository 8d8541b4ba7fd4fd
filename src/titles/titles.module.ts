import { Module } from '@nestjs/common';
import { TitleQueue } from './title-queue.js';

/** The queue of titles, in every process that generates replies. */
@Module({ providers: [TitleQueue], exports: [TitleQueue] })
export class TitlesModule {}
