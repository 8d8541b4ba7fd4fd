import {
  LanguageModel,
  ModelError,
  ProviderSkipped,
  type GenerateEvent,
  type GenerateRequest,
} from './language-model.js';
import { MODEL_CALL_SECONDS, MODEL_CALLS, type CallOutcome } from './llm.metrics.js';

/** Counts and times the calls of one provider, by the model that is asked for. */
export class MeteredLanguageModel extends LanguageModel {
  constructor(
    private readonly provider: string,
    private readonly inner: LanguageModel,
  ) {
    super();
  }

  async *generate(request: GenerateRequest): AsyncGenerator<GenerateEvent, void> {
    const { provider } = this;
    const { model } = request;
    const beganMs = performance.now();
    const observe = (until: 'first_text' | 'end') =>
      MODEL_CALL_SECONDS.observe({ provider, model, until }, (performance.now() - beganMs) / 1000);
    // A reader that leaves in the middle has aborted the call.
    let outcome: CallOutcome = 'aborted';
    let hasText = false;
    try {
      for await (const event of this.inner.generate(request)) {
        if (!hasText && event.type === 'text') {
          hasText = true;
          observe('first_text');
        }
        if (event.type === 'end') outcome = 'answered';
        yield event;
      }
    } catch (error) {
      outcome = outcomeOf(error);
      throw error;
    } finally {
      MODEL_CALLS.inc({ provider, model, outcome });
      if (outcome !== 'skipped') observe('end');
    }
  }
}

function outcomeOf(error: unknown): CallOutcome {
  if (error instanceof ProviderSkipped) return 'skipped';
  return error instanceof ModelError ? error.kind : 'unavailable';
}
