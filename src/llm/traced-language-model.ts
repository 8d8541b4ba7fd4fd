import { SpanKind, type Span } from '@opentelemetry/api';
import { inSpan, noteError, startSpan } from '../platform/tracing/tracing.js';
import {
  LanguageModel,
  type GenerateEnd,
  type GenerateEvent,
  type GenerateRequest,
} from './language-model.js';

/** Names of OpenTelemetry's conventions; every other provider is named as LLM_PROVIDERS names it. */
const WELL_KNOWN: Readonly<Record<string, string>> = { gemini: 'gcp.gemini' };

/**
 * A span for each call of a provider, by the GenAI conventions
 * (https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/). It has names and counts; the prompt and the answer
 * are never recorded. The call gets the span as its `traceparent`.
 */
export class TracedLanguageModel extends LanguageModel {
  constructor(
    private readonly provider: string,
    private readonly inner: LanguageModel,
  ) {
    super();
  }

  async *generate(request: GenerateRequest): AsyncGenerator<GenerateEvent, void> {
    const { model, maxOutputTokens } = request;
    const span = startSpan(`chat ${model}`, {
      kind: SpanKind.CLIENT,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': WELL_KNOWN[this.provider] ?? this.provider,
        'gen_ai.request.model': model,
        'gen_ai.request.max_tokens': maxOutputTokens,
        'gen_ai.output.type': 'text',
      },
    });
    if (span === null) yield* this.inner.generate(request);
    else yield* answerIn(span, this.inner.generate(request));
  }
}

async function* answerIn(
  span: Span,
  events: AsyncIterable<GenerateEvent>,
): AsyncGenerator<GenerateEvent, void> {
  let hasText = false;
  try {
    for await (const event of inSpan(span, events)) {
      if (event.type === 'end') noteEnd(span, event);
      else if (!hasText) {
        hasText = true;
        span.addEvent('first_text');
      }
      yield event;
    }
  } catch (error) {
    noteError(span, error);
    throw error;
  } finally {
    span.end();
  }
}

function noteEnd(span: Span, { model, finish, usage }: GenerateEnd): void {
  span.setAttributes({
    'gen_ai.response.model': model,
    'gen_ai.response.finish_reasons': [finish],
    'gen_ai.usage.input_tokens': usage?.promptTokens ?? undefined,
    'gen_ai.usage.output_tokens': usage?.outputTokens ?? undefined,
    'gen_ai.usage.cache_read.input_tokens': usage?.cachedTokens ?? undefined,
  });
}
