import { Module } from '@nestjs/common';
import { Chores } from '../maintenance/chores.js';
import { LimitsModule } from './limits.module.js';
import { WindowsRepository } from './windows.repository.js';

/** Deletes ended windows. Needs MaintenanceModule beside it. */
@Module({ imports: [LimitsModule] })
export class LimitsWorkerModule {
  constructor(chores: Chores, windows: WindowsRepository) {
    chores.register({ name: 'ended limit windows', run: (now) => windows.purge(now) });
  }
}
