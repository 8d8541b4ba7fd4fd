import { Global, Module } from '@nestjs/common';
import { IdempotencyKeys } from './idempotency-keys.service.js';
import { IdempotencyRepository } from './idempotency.repository.js';

/** Idempotency-Key, for every route that takes it and for the limits that look it up. */
@Global()
@Module({ providers: [IdempotencyKeys, IdempotencyRepository], exports: [IdempotencyKeys] })
export class IdempotencyModule {}
