import { Global, Module, type DynamicModule } from '@nestjs/common';
import { STRIPE_ENDPOINT } from './stripe-endpoint.js';
import type { StripeSettings } from '../../platform/config/config.js';

/** Tells whoever talks to Stripe where it is: in earnest, or the sandbox. */
@Global()
@Module({})
export class StripeEndpointModule {
  static forRoot(endpoint: StripeSettings): DynamicModule {
    return {
      module: StripeEndpointModule,
      providers: [{ provide: STRIPE_ENDPOINT, useValue: endpoint }],
      exports: [STRIPE_ENDPOINT],
    };
  }
}
