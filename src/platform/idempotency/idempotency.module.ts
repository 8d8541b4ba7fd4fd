import { Global, Module } from '@nestjs/common';
import { IdempotencyKeys } from './idempotency-keys.service.js';
import { IdempotencyRepository } from './idempotency.repository.js';

/** Idempotency keys, for the routes that take them and for the limits that look them up. */
@Global()
@Module({ providers: [IdempotencyKeys, IdempotencyRepository], exports: [IdempotencyKeys] })
export class IdempotencyModule {}
