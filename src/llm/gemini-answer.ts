import {
  FinishReason,
  type GenerateContentResponse,
  type GenerateContentResponseUsageMetadata,
} from '@google/genai';
import { ModelError, type GenerateEnd, type TokenUsage } from './language-model.js';

type Finish = GenerateEnd['finish'];

/** https://ai.google.dev/api/generate-content#FinishReason; whatever is not here is `other`. */
const FINISH: Readonly<Record<string, Finish>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'safety',
  BLOCKLIST: 'safety',
  PROHIBITED_CONTENT: 'safety',
  SPII: 'safety',
  IMAGE_SAFETY: 'safety',
  IMAGE_PROHIBITED_CONTENT: 'safety',
  RECITATION: 'recitation',
  IMAGE_RECITATION: 'recitation',
};

/** The protocol's zero value: it means "not said", not "ended for an unknown reason". */
const NOT_SAID = FinishReason.FINISH_REASON_UNSPECIFIED;

/** Reasons of https://ai.google.dev/api/generate-content#BlockReason that are about safety. */
const BLOCKED_FOR_SAFETY: ReadonlySet<string> = new Set([
  'SAFETY',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'IMAGE_SAFETY',
  'MODEL_ARMOR',
  'JAILBREAK',
]);

/** Collects what the chunks of one Gemini answer say about its end. */
export class GeminiAnswer {
  private finish: Finish | null = null;
  private promptBlocked = false;
  private usage: TokenUsage | null = null;
  private hasText = false;

  /** @param model what was asked for; an alias is replaced by the model that answered, once a chunk names it */
  constructor(private modelName: string) {}

  get model(): string {
    return this.modelName;
  }

  /** Did the provider say how the answer ended? What breaks after that does not matter. */
  get complete(): boolean {
    return this.finish !== null;
  }

  /** Takes in one chunk and gives its text; thoughts are not text. */
  take(chunk: GenerateContentResponse): string {
    if (chunk.modelVersion) this.modelName = chunk.modelVersion;
    if (chunk.usageMetadata) this.usage = toUsage(chunk.usageMetadata);
    const blocked = chunk.promptFeedback?.blockReason;
    if (blocked) {
      this.promptBlocked = true;
      this.finish = BLOCKED_FOR_SAFETY.has(blocked) ? 'safety' : 'other';
    }
    const candidate = chunk.candidates?.[0];
    const reason = candidate?.finishReason;
    if (reason && reason !== NOT_SAID) this.finish = FINISH[reason] ?? 'other';
    const text = (candidate?.content?.parts ?? [])
      .map((part) => (part.thought ? '' : (part.text ?? '')))
      .join('');
    if (text) this.hasText = true;
    return text;
  }

  /** @throws ModelError `unavailable` for an answer that was cut, or that stopped without a word */
  end(): GenerateEnd {
    if (this.finish === null) throw new ModelError('unavailable', null, 'no finish reason');
    if (this.finish === 'stop' && !this.hasText) throw new ModelError('unavailable', null, 'empty answer');
    const { finish, promptBlocked, model, usage } = this;
    return { type: 'end', finish, promptBlocked, model, usage };
  }
}

/** Gemini counts cached tokens within the prompt already, and thoughts beside the candidate. */
function toUsage(usage: GenerateContentResponseUsageMetadata): TokenUsage {
  return {
    promptTokens: usage.promptTokenCount ?? 0,
    outputTokens: usage.candidatesTokenCount ?? 0,
    thoughtTokens: usage.thoughtsTokenCount ?? 0,
    cachedTokens: usage.cachedContentTokenCount ?? 0,
  };
}
