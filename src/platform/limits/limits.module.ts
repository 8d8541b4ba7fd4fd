import { Module } from '@nestjs/common';
import { WindowsRepository } from './windows.repository.js';
import { WindowLimits } from './windows.service.js';

/** Exact limits by key, counted in the database. */
@Module({ providers: [WindowsRepository, WindowLimits], exports: [WindowsRepository, WindowLimits] })
export class LimitsModule {}
