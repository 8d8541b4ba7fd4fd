import type { GenerateEnd, GenerateRequest, LanguageModel, ModelError } from './language-model.js';

/** A request with one question; anything may be replaced. */
export function requestOf(text: string, changes: Partial<GenerateRequest> = {}): GenerateRequest {
  return {
    model: 'gemini-flash-latest',
    provider: null,
    systemPrompt: null,
    turns: [{ role: 'user', text }],
    maxOutputTokens: 2048,
    signal: new AbortController().signal,
    ...changes,
  };
}

/** Limits that allow so many seconds of silence, and twice as many while the server shows that it is alive. */
export const silenceLimits = (seconds: number) => ({ silenceMs: seconds * 1000, queueMs: seconds * 2000 });

/** Everything that came out of one call. */
export interface Collected {
  texts: string[];
  end: GenerateEnd | null;
  error: ModelError | null;
}

/** Reads an answer to its end or failure. */
export async function collect(model: LanguageModel, request: GenerateRequest): Promise<Collected> {
  const collected: Collected = { texts: [], end: null, error: null };
  try {
    for await (const event of model.generate(request)) {
      if (event.type === 'text') collected.texts.push(event.text);
      else collected.end = event;
    }
  } catch (error) {
    collected.error = error as ModelError;
  }
  return collected;
}
