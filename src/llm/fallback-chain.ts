import { within } from './input-limit.js';
import { LanguageModel, ModelError, type GenerateEvent, type GenerateRequest } from './language-model.js';

/** One provider of LLM_PROVIDERS. */
export interface ChainLink {
  /** As LLM_PROVIDERS names it. */
  name: string;
  model: LanguageModel;
  /** The id of the model that it is asked for when it stands in for another provider. */
  ownModel: string;
  /** The longest input that one of its models takes, in tokens; null: not known. */
  maxInputTokensOf: (model: string) => number | null;
}

/** Whose the models are that name no provider: Gemini's, or else the first one's. */
export const ownerAmong = (providers: readonly string[]): string =>
  providers.find((name) => name === 'gemini') ?? providers[0]!;

/**
 * Asks the providers until one answers: the one that the request names first, then the others in their order. The
 * request's model is the named provider's, or else Gemini's (the first one's where Gemini is not there); every other
 * provider is asked for its own model. The next one is asked only after a failure before the
 * first text: two models never share an answer. A block is an answer, not a failure, so it ends the matter; an
 * abort does too. Each is asked with what it is known to take: the others' models may have another window.
 */
export class FallbackChain extends LanguageModel {
  constructor(private readonly links: readonly ChainLink[]) {
    super();
    if (links.length === 0) throw new Error('a fallback chain needs at least one provider');
  }

  /** @throws ModelError the failure that promises most from asking again, see {@link mostHopeful} */
  async *generate(request: GenerateRequest): AsyncGenerator<GenerateEvent, void> {
    const failures: ModelError[] = [];
    for (const link of this.inOrder(request.provider)) {
      let answering = false;
      try {
        for await (const event of link.model.generate(this.requestTo(link, request))) {
          answering = true;
          yield event;
        }
        return;
      } catch (error) {
        if (!(error instanceof ModelError) || answering || request.signal.aborted) throw error;
        if (error.kind === 'aborted') throw error;
        failures.push(error);
      }
    }
    throw mostHopeful(failures);
  }

  private inOrder(provider: string | null): ChainLink[] {
    return this.links.toSorted((a, b) => Number(b.name === provider) - Number(a.name === provider));
  }

  /** @throws Rejected where the message is longer than the model is known to take */
  private requestTo(
    { name, ownModel, maxInputTokensOf }: ChainLink,
    request: GenerateRequest,
  ): GenerateRequest {
    const owner = request.provider ?? ownerAmong(this.links.map((link) => link.name));
    const model = name === owner ? request.model : ownModel;
    const limit = maxInputTokensOf(model);
    return limit === null ? { ...request, model } : within({ ...request, model }, limit);
  }
}

/** What can be retried before what cannot, then the shortest wait, then the order of the chain. */
export function mostHopeful(failures: readonly ModelError[]): ModelError {
  const [best] = failures.toSorted(
    (a, b) => Number(b.retriable) - Number(a.retriable) || (a.retryAfterMs ?? 0) - (b.retryAfterMs ?? 0),
  );
  return best ?? new ModelError('unavailable', null, 'no provider');
}
