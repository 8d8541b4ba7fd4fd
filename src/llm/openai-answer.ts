import type { OpenAI } from 'openai';
import { ModelError, type GenerateEnd, type TokenUsage } from './language-model.js';

type Chunk = OpenAI.Chat.Completions.ChatCompletionChunk;
type Finish = GenerateEnd['finish'];

/** https://platform.openai.com/docs/api-reference/chat-streaming; whatever is not here is `other`. */
const FINISH: Readonly<Record<string, Finish>> = {
  stop: 'stop',
  length: 'length',
  content_filter: 'safety',
};

/** Collects what the chunks of one chat completion say about its end. */
export class OpenAiAnswer {
  private finish: Finish | null = null;
  private usage: TokenUsage | null = null;
  private hasText = false;

  constructor(private modelName: string) {}

  get model(): string {
    return this.modelName;
  }

  /** Did the provider say how the answer ended? What breaks after that does not matter. */
  get complete(): boolean {
    return this.finish !== null;
  }

  /** Takes in one chunk and gives its text. */
  take(chunk: Chunk): string {
    if (chunk.model) this.modelName = chunk.model;
    const usage = usageOf(chunk);
    if (usage) this.usage = toUsage(usage);
    const choice = chunk.choices?.[0];
    if (choice?.finish_reason) this.finish = FINISH[choice.finish_reason] ?? 'other';
    const text = choice?.delta?.content ?? '';
    if (text) this.hasText = true;
    return text;
  }

  /** @throws ModelError `unavailable` for an answer that was cut, or that stopped without a word */
  end(): GenerateEnd {
    if (this.finish === null) throw new ModelError('unavailable', null, 'no finish reason');
    if (this.finish === 'stop' && !this.hasText) throw new ModelError('unavailable', null, 'empty answer');
    return { type: 'end', finish: this.finish, promptBlocked: false, model: this.model, usage: this.usage };
  }
}

/** Groq also sends the counts as `x_groq.usage`, and older versions of it only there. */
function usageOf(chunk: Chunk): OpenAI.CompletionUsage | undefined {
  return chunk.usage ?? (chunk as { x_groq?: { usage?: OpenAI.CompletionUsage } }).x_groq?.usage;
}

/** The OpenAI protocol counts cached tokens within the prompt and, unlike Gemini, reasoning within the completion. */
function toUsage(usage: OpenAI.CompletionUsage): TokenUsage {
  const thoughtTokens = usage.completion_tokens_details?.reasoning_tokens ?? 0;
  return {
    promptTokens: usage.prompt_tokens ?? 0,
    outputTokens: Math.max(0, (usage.completion_tokens ?? 0) - thoughtTokens),
    thoughtTokens,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
  };
}
