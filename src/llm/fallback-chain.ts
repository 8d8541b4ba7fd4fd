import { activeSpan } from '../platform/tracing/tracing.js';
import { fitToInputLimit } from './input-limit.js';
import { MODEL_FALLBACKS } from './llm.metrics.js';
import { LanguageModel, ModelError, type GenerateEvent, type GenerateRequest } from './language-model.js';

/** One provider of LLM_PROVIDERS. */
export interface ChainLink {
  /** As LLM_PROVIDERS names it. */
  name: string;
  model: LanguageModel;
  /** Id of the model to ask for when this provider is a fallback for another one. */
  ownModel: string;
  /** Longest input of a model of this provider, in tokens; null: not known. */
  maxInputTokensOf: (model: string) => number | null;
}

/** The provider of models that name none: Gemini, or else the first of the list. */
export const ownerAmong = (providers: readonly string[]): string =>
  providers.find((name) => name === 'gemini') ?? providers[0]!;

/**
 * Asks providers until one answers: first the one that the request names, then the others in their order. The request's
 * model belongs to the named provider, or else to {@link ownerAmong}; every other provider is asked for its own model.
 * The next provider is asked only after a failure before the first text: two models never share an answer. A block is an
 * answer and ends the chain; so does an abort. The conversation is cut to the input limit of each model.
 */
export class FallbackChain extends LanguageModel {
  constructor(private readonly links: readonly ChainLink[]) {
    super();
    if (links.length === 0) throw new Error('a fallback chain needs at least one provider');
  }

  /** @throws ModelError the failure that is most worth a retry, see {@link mostRetriable} */
  async *generate(request: GenerateRequest): AsyncGenerator<GenerateEvent, void> {
    const failures: ModelError[] = [];
    for (const link of this.namedFirst(request.provider)) {
      let answering = false;
      try {
        for await (const event of link.model.generate(this.requestTo(link, request))) {
          if (!answering && failures.length > 0) MODEL_FALLBACKS.inc({ provider: link.name });
          answering = true;
          yield event;
        }
        return;
      } catch (error) {
        if (!(error instanceof ModelError) || answering || request.signal.aborted) throw error;
        if (error.kind === 'aborted') throw error;
        failures.push(error);
        activeSpan()?.addEvent('provider_failed', {
          'gen_ai.provider.name': link.name,
          'error.type': error.kind,
        });
      }
    }
    throw mostRetriable(failures);
  }

  private namedFirst(provider: string | null): ChainLink[] {
    return this.links.toSorted((a, b) => Number(b.name === provider) - Number(a.name === provider));
  }

  /** @throws Rejected when the message exceeds the model's input limit */
  private requestTo(
    { name, ownModel, maxInputTokensOf }: ChainLink,
    request: GenerateRequest,
  ): GenerateRequest {
    const owner = request.provider ?? ownerAmong(this.links.map((link) => link.name));
    const model = name === owner ? request.model : ownModel;
    const limit = maxInputTokensOf(model);
    return limit === null ? { ...request, model } : fitToInputLimit({ ...request, model }, limit);
  }
}

/** Retriable failures first, then the shortest wait, then the order of the chain. */
export function mostRetriable(failures: readonly ModelError[]): ModelError {
  const [best] = failures.toSorted(
    (a, b) => Number(b.retriable) - Number(a.retriable) || (a.retryAfterMs ?? 0) - (b.retryAfterMs ?? 0),
  );
  return best ?? new ModelError('unavailable', null, 'no provider');
}
