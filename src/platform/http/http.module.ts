import { Global, Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { AppUrl } from './app-url.js';
import { HeldAnswers } from './held-answers.js';
import { IdempotencyRepository } from '../idempotency/idempotency.repository.js';
import { Cursors } from '../fields/page.js';

/**
 * What every controller may need: cursors of lists, earlier requests with the same Idempotency-Key, our own address, and
 * the count of what each person holds open.
 */
@Global()
@Module({
  providers: [
    AppUrl,
    Cursors,
    IdempotencyRepository,
    {
      provide: HeldAnswers,
      inject: [CONFIG],
      useFactory: ({ streamsPerUser }: Config) => new HeldAnswers(streamsPerUser),
    },
  ],
  exports: [AppUrl, Cursors, HeldAnswers, IdempotencyRepository],
})
export class HttpModule {}
