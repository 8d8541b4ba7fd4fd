import { Global, Module } from '@nestjs/common';
import { AppUrl } from './app-url.js';
import { IdempotencyRepository } from './idempotency.repository.js';
import { Cursors } from './page.js';

/** What every controller may need: cursors of lists, earlier requests with the same Idempotency-Key, our own address. */
@Global()
@Module({
  providers: [AppUrl, Cursors, IdempotencyRepository],
  exports: [AppUrl, Cursors, IdempotencyRepository],
})
export class HttpModule {}
