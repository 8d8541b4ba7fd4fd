import { Module } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config/config.js';
import { FallbackChain, type ChainLink } from './fallback-chain.js';
import { GEMINI_ENDPOINT, type GeminiEndpoint } from './gemini-endpoint.js';
import { GeminiLanguageModel } from './gemini.provider.js';
import { LanguageModel } from './language-model.js';
import { OpenAiCompatibleLanguageModel } from './openai-compatible.provider.js';

/**
 * Gives the {@link LanguageModel} of LLM_PROVIDERS. Import it as it is, anywhere; `CONFIG` and, with the sandbox
 * on, {@link GEMINI_ENDPOINT} come from global modules of the composition root.
 */
@Module({
  providers: [
    {
      provide: LanguageModel,
      inject: [CONFIG, { token: GEMINI_ENDPOINT, optional: true }],
      useFactory: (config: Config, endpoint?: GeminiEndpoint | null) =>
        createLanguageModel(config.llm, endpoint ?? null),
    },
  ],
  exports: [LanguageModel],
})
export class LlmModule {}

/**
 * Builds the chain of LLM_PROVIDERS.
 * @param geminiEndpoint instead of the configured address and key of Gemini
 * @throws Error when a named provider has neither a key nor an endpoint
 */
export function createLanguageModel(
  llm: Config['llm'],
  geminiEndpoint: GeminiEndpoint | null = null,
): LanguageModel {
  const create: Record<Config['llm']['providers'][number], () => LanguageModel> = {
    gemini: () => {
      const apiKey = geminiEndpoint?.apiKey ?? llm.gemini.apiKey;
      if (apiKey === null) throw new Error('gemini has neither a key nor the sandbox');
      const baseUrl = geminiEndpoint ? geminiEndpoint.baseUrl : llm.gemini.baseUrl;
      return new GeminiLanguageModel({ baseUrl, apiKey }, llm.timeoutSeconds);
    },
    groq: () => {
      const { apiKey, baseUrl, model } = llm.groq;
      if (apiKey === null) throw new Error('groq has no key');
      return new OpenAiCompatibleLanguageModel({ baseUrl, apiKey, model }, llm.timeoutSeconds);
    },
  };
  const links = llm.providers.map((name): ChainLink => ({ name, model: create[name]() }));
  return new FallbackChain(links);
}
