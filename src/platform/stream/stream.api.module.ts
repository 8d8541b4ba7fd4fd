import { Global, Module } from '@nestjs/common';
import { OpenStreams } from './open-streams.js';

/** The open event streams of an API process. */
@Global()
@Module({ providers: [OpenStreams], exports: [OpenStreams] })
export class StreamApiModule {}
