import { Logger, Module } from '@nestjs/common';
import { Bus } from '../platform/bus/bus.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { FallbackChain, type ChainLink } from './fallback-chain.js';
import { GEMINI_ENDPOINT, type GeminiEndpoint } from './gemini-endpoint.js';
import { GeminiLanguageModel } from './gemini.provider.js';
import { GuardedLanguageModel } from './guarded-language-model.js';
import { LanguageModel } from './language-model.js';
import { OpenAiCompatibleLanguageModel } from './openai-compatible.provider.js';

/**
 * Gives the {@link LanguageModel} of LLM_PROVIDERS. Import it as it is, anywhere; `CONFIG`, the {@link Bus} and, with the
 * sandbox on, {@link GEMINI_ENDPOINT} come from global modules of the composition root.
 */
@Module({
  providers: [
    {
      provide: LanguageModel,
      inject: [CONFIG, { token: GEMINI_ENDPOINT, optional: true }, { token: Bus, optional: true }],
      useFactory: (config: Config, endpoint?: GeminiEndpoint | null, bus?: Bus) =>
        createLanguageModel(config.llm, endpoint ?? null, bus ?? null),
    },
  ],
  exports: [LanguageModel],
})
export class LlmModule {}

/**
 * Builds the chain of LLM_PROVIDERS.
 * @param geminiEndpoint instead of the configured address and key of Gemini
 * @param bus through which the processes tell each other of a provider that is over its limit
 * @throws Error when a named provider has neither a key nor an endpoint
 */
export function createLanguageModel(
  llm: Config['llm'],
  geminiEndpoint: GeminiEndpoint | null = null,
  bus: Bus | null = null,
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
  const links = llm.providers.map((name): ChainLink => ({ name, model: guarded(name, create[name](), bus) }));
  return new FallbackChain(links);
}

/** What one process learns of a provider's limit all know: each would otherwise have to be refused itself. */
function guarded(provider: string, model: LanguageModel, bus: Bus | null): GuardedLanguageModel {
  const logger = new Logger('LanguageModel');
  const guard = new GuardedLanguageModel(model, {
    limited: (rest) => {
      logger.warn(`${provider}: ${rest.model} is over its limit for ${rest.ms} ms`);
      // A process that is not told finds out by itself.
      bus?.publish('model.limited', { provider, ...rest }).catch(() => undefined);
    },
    opened: (openMs) => logger.warn(`${provider} is out of order: not asked for ${openMs} ms`),
    closed: () => logger.log(`${provider} answers again`),
  });
  bus?.on('model.limited', (limited) => {
    if (limited.provider === provider) guard.rest(limited);
  });
  return guard;
}
