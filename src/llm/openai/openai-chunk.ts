import {
  at,
  countOf,
  nameOf,
  optionalCountOf,
  reasonOf,
  textOf,
  type ChunkFacts,
  type FinishKind,
} from '../reading/chunk-facts.js';
import type { TokenUsage } from '../language-model.js';
import { failureInsideAnswer } from '../reading/model-failure.js';

/**
 * Finish reasons of servers that speak OpenAI's chat protocol, in lower case; gateways pass on those of the model behind
 * them. An unknown reason is `technical`. OpenAI: stop, length, content_filter, tool_calls, function_call · Mistral:
 * model_length, error · DeepSeek: insufficient_system_resource · OpenRouter: error · vLLM: abort, repetition · TGI:
 * eos_token, stop_sequence · Together: eos · Anthropic's: end_turn, max_tokens, refusal · Cohere's: complete,
 * error_toxic · Zhipu: sensitive, network_error, model_context_window_exceeded · Ollama: load, unload · Gemini's own.
 */
export const OPENAI_FINISH: Readonly<Record<string, FinishKind>> = {
  stop: 'stop',
  eos: 'stop',
  eos_token: 'stop',
  stop_sequence: 'stop',
  end_turn: 'stop',
  complete: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  model_context_window_exceeded: 'length',
  content_filter: 'safety',
  safety: 'safety',
  blocklist: 'safety',
  prohibited_content: 'safety',
  spii: 'safety',
  sensitive: 'safety',
  refusal: 'safety',
  error_toxic: 'safety',
  recitation: 'recitation',
  tool_calls: 'technical',
  function_call: 'technical',
  error: 'technical',
  abort: 'technical',
  repetition: 'technical',
  insufficient_system_resource: 'technical',
  network_error: 'technical',
  malformed_function_call: 'technical',
  load: 'technical',
  unload: 'technical',
};

/**
 * Reads one chunk of a chat completion; a whole completion (`message` instead of `delta`) counts as one chunk. Errors come
 * in the chunk, in its choice (OpenRouter), or in `x_groq` (Groq, when a stream stops early).
 * @throws ModelError for an error that comes as a chunk
 */
export function readOpenAiChunk(chunk: unknown): ChunkFacts {
  const choice = at(chunk, 'choices', 0);
  const error = at(choice, 'error') ?? at(chunk, 'x_groq', 'error') ?? selfIfError(chunk);
  if (error !== undefined && error !== null && error !== '') throw failureInsideAnswer({ error });
  const message = at(choice, 'delta') ?? at(choice, 'message');
  const reason = reasonOf(at(choice, 'finish_reason'), 'null');
  return {
    text: textOf(at(message, 'content')) || textOf(at(message, 'refusal')) || textOf(at(choice, 'text')),
    finish: finishOf(reason),
    promptBlocked: false,
    model: nameOf(at(chunk, 'model')),
    // Groq also sends counts as `x_groq.usage`, older versions only there; Moonshot sends them in the choice.
    usage: usageOf(at(chunk, 'usage') ?? at(chunk, 'x_groq', 'usage') ?? at(choice, 'usage')),
  };
}

/** vLLM until 0.9 sends `{object: "error", message}` as a chunk. */
const selfIfError = (chunk: unknown): unknown => (at(chunk, 'object') === 'error' ? chunk : undefined);

function finishOf(reason: string | null): FinishKind | null {
  const known = reason?.toLowerCase();
  if (known === undefined) return null;
  return Object.hasOwn(OPENAI_FINISH, known) ? OPENAI_FINISH[known]! : 'technical';
}

/** The protocol includes cached tokens in the prompt and reasoning in the completion; xAI counts reasoning apart. */
function usageOf(usage: unknown): TokenUsage | null {
  if (typeof usage !== 'object' || usage === null) return null;
  const promptTokens = countOf(at(usage, 'prompt_tokens'));
  const completion = countOf(at(usage, 'completion_tokens'));
  const thoughtTokens = optionalCountOf(at(usage, 'completion_tokens_details', 'reasoning_tokens'));
  const total = countOf(at(usage, 'total_tokens'));
  const thought = thoughtTokens ?? 0;
  const isBeside =
    completion !== null &&
    (thought > completion || (thought > 0 && total === (promptTokens ?? 0) + completion + thought));
  return {
    promptTokens,
    outputTokens: completion === null || isBeside ? completion : completion - thought,
    thoughtTokens,
    cachedTokens: optionalCountOf(at(usage, 'prompt_tokens_details', 'cached_tokens')),
  };
}
