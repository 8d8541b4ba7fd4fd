import { Module } from '@nestjs/common';

/** The worker's side: turns queued replies into answers. */
@Module({})
export class RepliesModule {}
