import { Global, Module } from '@nestjs/common';
import { Chores } from './chores.js';
import { ChoresProcessor } from './chores.processor.js';

/** The chores of all features; workers run them. */
@Global()
@Module({ providers: [Chores, ChoresProcessor], exports: [Chores] })
export class MaintenanceModule {}
