import { Global, Module } from '@nestjs/common';
import { Bus } from './bus.js';
import { Nudges } from './nudges.js';

@Global()
@Module({ providers: [Bus, Nudges], exports: [Bus, Nudges] })
export class BusModule {}
