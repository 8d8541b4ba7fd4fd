import { Global, Module, type DynamicModule } from '@nestjs/common';
import { STRIPE_ENDPOINT, type StripeEndpoint } from './stripe-endpoint.js';

/** Tells whoever talks to Stripe where it is: in earnest, or the sandbox. */
@Global()
@Module({})
export class StripeEndpointModule {
  static forRoot(endpoint: StripeEndpoint): DynamicModule {
    return {
      module: StripeEndpointModule,
      providers: [{ provide: STRIPE_ENDPOINT, useValue: endpoint }],
      exports: [STRIPE_ENDPOINT],
    };
  }
}
