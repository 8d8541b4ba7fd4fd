import { Global, Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { AppUrl } from './app-url.js';
import { HeldAnswersMetrics } from './responses/held-answers.metrics.js';
import { HeldAnswers } from './responses/held-answers.js';
import { Cursors } from '../fields/page.js';

/** Services for every controller: cursors of lists, the API's own address, and the count of held answers per user. */
@Global()
@Module({
  providers: [
    AppUrl,
    Cursors,
    HeldAnswersMetrics,
    {
      provide: HeldAnswers,
      inject: [CONFIG],
      useFactory: ({ streamsPerUser }: Config) => new HeldAnswers(streamsPerUser),
    },
  ],
  exports: [AppUrl, Cursors, HeldAnswers],
})
export class HttpModule {}
