import { Global, Module } from '@nestjs/common';
import { DailyNumbers } from './daily-numbers.js';

/** Numbers by day, in every process that serves or works. */
@Global()
@Module({ providers: [DailyNumbers], exports: [DailyNumbers] })
export class StatisticsModule {}
