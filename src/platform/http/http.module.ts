import { Global, Module } from '@nestjs/common';
import { IdempotencyRepository } from './idempotency.repository.js';
import { Cursors } from './page.js';

/** What every controller may need: cursors of lists, earlier requests with the same Idempotency-Key. */
@Global()
@Module({ providers: [Cursors, IdempotencyRepository], exports: [Cursors, IdempotencyRepository] })
export class HttpModule {}
