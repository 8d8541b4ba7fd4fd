import { Global, Module, type DynamicModule } from '@nestjs/common';
import { GEMINI_ENDPOINT, type GeminiEndpoint } from './gemini-endpoint.js';

/** Tells the model's client where the sandbox is; null: the configuration decides. */
@Global()
@Module({})
export class GeminiEndpointModule {
  static forRoot(endpoint: GeminiEndpoint | null): DynamicModule {
    return {
      module: GeminiEndpointModule,
      providers: [{ provide: GEMINI_ENDPOINT, useValue: endpoint }],
      exports: [GEMINI_ENDPOINT],
    };
  }
}
