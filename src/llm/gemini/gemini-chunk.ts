import { FinishReason } from '@google/genai';
import {
  at,
  nameOf,
  optionalCountOf,
  reasonOf,
  textOf,
  type ChunkFacts,
  type FinishKind,
} from '../reading/chunk-facts.js';
import type { TokenUsage } from '../language-model.js';

/**
 * Every finish reason of https://ai.google.dev/api/generate-content#FinishReason and of Vertex AI. Reasons of a policy are
 * blocks; errors of the model or the server are `technical`, and so is an unknown value.
 */
export const GEMINI_FINISH: Readonly<Record<string, FinishKind>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  CONTINUATION: 'length',
  SAFETY: 'safety',
  BLOCKLIST: 'safety',
  PROHIBITED_CONTENT: 'safety',
  SPII: 'safety',
  MODEL_ARMOR: 'safety',
  IMAGE_SAFETY: 'safety',
  IMAGE_PROHIBITED_CONTENT: 'safety',
  RECITATION: 'recitation',
  IMAGE_RECITATION: 'recitation',
  LANGUAGE: 'technical',
  OTHER: 'technical',
  MALFORMED_FUNCTION_CALL: 'technical',
  UNEXPECTED_TOOL_CALL: 'technical',
  TOO_MANY_TOOL_CALLS: 'technical',
  MISSING_THOUGHT_SIGNATURE: 'technical',
  MALFORMED_RESPONSE: 'technical',
  NO_IMAGE: 'technical',
  IMAGE_OTHER: 'technical',
};

/**
 * Every reason of https://ai.google.dev/api/generate-content#BlockReason. Only a policy blocks a prompt, so an unknown value
 * is `policy`.
 */
export const GEMINI_BLOCK: Readonly<Record<string, FinishKind>> = {
  SAFETY: 'safety',
  BLOCKLIST: 'safety',
  PROHIBITED_CONTENT: 'safety',
  IMAGE_SAFETY: 'safety',
  MODEL_ARMOR: 'safety',
  JAILBREAK: 'safety',
  OTHER: 'policy',
};

/** Reads one chunk of Gemini's stream. Never throws. */
export function readGeminiChunk(chunk: unknown): ChunkFacts {
  const candidate = at(chunk, 'candidates', 0);
  const blocked = reasonOf(at(chunk, 'promptFeedback', 'blockReason'), 'BLOCKED_REASON_UNSPECIFIED');
  const finish = reasonOf(at(candidate, 'finishReason'), FinishReason.FINISH_REASON_UNSPECIFIED);
  return {
    text: textOf(at(candidate, 'content', 'parts')),
    finish: blocked
      ? Object.hasOwn(GEMINI_BLOCK, blocked)
        ? GEMINI_BLOCK[blocked]!
        : 'policy'
      : finishOf(finish),
    promptBlocked: blocked !== null,
    model: nameOf(at(chunk, 'modelVersion')),
    usage: usageOf(at(chunk, 'usageMetadata')),
  };
}

const finishOf = (reason: string | null): FinishKind | null =>
  reason === null ? null : Object.hasOwn(GEMINI_FINISH, reason) ? GEMINI_FINISH[reason]! : 'technical';

/** Gemini includes cached tokens in the prompt's count, and counts thoughts apart from the candidate. */
function usageOf(usage: unknown): TokenUsage | null {
  if (typeof usage !== 'object' || usage === null) return null;
  return {
    promptTokens: optionalCountOf(at(usage, 'promptTokenCount')),
    outputTokens: optionalCountOf(at(usage, 'candidatesTokenCount')),
    thoughtTokens: optionalCountOf(at(usage, 'thoughtsTokenCount')),
    cachedTokens: optionalCountOf(at(usage, 'cachedContentTokenCount')),
  };
}
