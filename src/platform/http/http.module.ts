import { Global, Module } from '@nestjs/common';
import { Cursors } from './page.js';

/** What every controller may need: cursors of lists. */
@Global()
@Module({ providers: [Cursors], exports: [Cursors] })
export class HttpModule {}
