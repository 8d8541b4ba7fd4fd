import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { Bus } from '../platform/bus/bus.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { FallbackChain, ownerAmong, type ChainLink } from './fallback-chain.js';

import type { GeminiEndpoint } from './gemini/gemini-endpoint.js';
import type { SilenceLimits } from './reading/guarded-stream.js';
import { GuardedLanguageModel } from './guarded-language-model.js';
import { MetricSources } from '../platform/metrics/metric-sources.js';
import { LanguageModel } from './language-model.js';
import { BREAKER_OPEN } from './llm.metrics.js';
import { MeteredLanguageModel } from './metered-language-model.js';
import { isTracing } from '../platform/tracing/tracing.js';
import { TracedLanguageModel } from './traced-language-model.js';

/** Provides the {@link LanguageModel} of LLM_PROVIDERS to the whole process. */
@Module({})
export class LlmModule {
  /** @param gemini endpoint of the Gemini sandbox; null: GEMINI_BASE_URL and GEMINI_API_KEY decide */
  static forRoot(gemini: GeminiEndpoint | null): DynamicModule {
    return {
      module: LlmModule,
      global: true,
      providers: [
        {
          provide: LanguageModel,
          inject: [CONFIG, { token: Bus, optional: true }, { token: MetricSources, optional: true }],
          useFactory: (config: Config, bus?: Bus, sources?: MetricSources) =>
            createLanguageModel(config.llm, gemini, bus ?? null, sources),
        },
      ],
      exports: [LanguageModel],
    };
  }
}

/**
 * Builds the chain of LLM_PROVIDERS. Loads a provider's client library only when the chain has the provider: the two
 * libraries take a tenth of the start-up time.
 * @param geminiEndpoint replaces the configured address and key of Gemini
 * @param bus shares rests of rate-limited models among the processes
 * @param sources shows the state of each breaker
 * @throws Error when a named provider has neither a key nor an endpoint
 */
export async function createLanguageModel(
  llm: Config['llm'],
  geminiEndpoint: GeminiEndpoint | null = null,
  bus: Bus | null = null,
  sources?: MetricSources,
): Promise<LanguageModel> {
  const guards: [name: string, guard: GuardedLanguageModel][] = [];
  const silenceLimits = {
    silenceMs: llm.timeoutSeconds * 1000,
    queueMs: llm.queueTimeoutSeconds * 1000,
  };
  const link = async (name: string): Promise<ChainLink> => {
    const provider = await (name === 'gemini'
      ? gemini(llm, geminiEndpoint, silenceLimits)
      : server(llm, name, silenceLimits));
    // Within the guard: a skipped call has no span.
    const guard = guarded(name, isTracing() ? new TracedLanguageModel(name, provider) : provider, bus);
    guards.push([name, guard]);
    return {
      name,
      model: new MeteredLanguageModel(name, guard),
      ownModel: (llm.servers[name] ?? llm.gemini).model,
      maxInputTokensOf: (id) => maxInputTokensOf(llm, name, id),
    };
  };
  const links = await Promise.all(llm.providers.map(link));
  sources?.register({
    name: 'model_breakers',
    gauges: [BREAKER_OPEN],
    read: () => {
      for (const [provider, guard] of guards) BREAKER_OPEN.set({ provider }, Number(guard.isOpen));
    },
  });
  return new FallbackChain(links);
}

/** The input limit that LLM_MODELS gives for a provider's model, also when the model is a fallback for another provider. */
function maxInputTokensOf({ models, providers }: Config['llm'], provider: string, id: string): number | null {
  const entry = models.find((one) => one.id === id && (one.provider ?? ownerAmong(providers)) === provider);
  return entry?.maxInputTokens ?? null;
}

async function gemini(
  llm: Config['llm'],
  endpoint: GeminiEndpoint | null,
  silenceLimits: SilenceLimits,
): Promise<LanguageModel> {
  const apiKey = endpoint?.apiKey ?? llm.gemini.apiKey;
  if (apiKey === null) throw new Error('gemini has neither a key nor the sandbox');
  const baseUrl = endpoint ? endpoint.baseUrl : llm.gemini.baseUrl;
  const { GeminiLanguageModel } = await import('./gemini/gemini.provider.js');
  return new GeminiLanguageModel({ baseUrl, apiKey }, silenceLimits);
}

async function server(
  llm: Config['llm'],
  name: string,
  silenceLimits: SilenceLimits,
): Promise<LanguageModel> {
  const endpoint = llm.servers[name];
  if (!endpoint) throw new Error(`${name} has no address`);
  const { OpenAiCompatibleLanguageModel } = await import('./openai/openai-compatible.provider.js');
  return new OpenAiCompatibleLanguageModel(endpoint, silenceLimits);
}

/** Guards a provider and shares its rests over the bus: otherwise each process would have to get a 429 of its own. */
function guarded(provider: string, model: LanguageModel, bus: Bus | null): GuardedLanguageModel {
  const logger = new Logger('LanguageModel');
  const guard = new GuardedLanguageModel(provider, model, {
    limited: (rest) => {
      logger.warn(`provider ${provider}: ${rest.model} rate-limited, not called for ${rest.ms} ms`);
      // A process that misses the event gets a 429 of its own.
      bus?.wake('model.limited', { provider, ...rest });
    },
    opened: (openMs) => logger.warn(`provider ${provider}: circuit open, not called for ${openMs} ms`),
    closed: () => logger.log(`provider ${provider}: circuit closed, called again`),
  });
  bus?.on('model.limited', (limited) => {
    if (limited.provider === provider) guard.rest(limited);
  });
  return guard;
}
