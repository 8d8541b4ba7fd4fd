import type { SandboxRequest } from './gemini-request.js';
import { countTokens } from './tokens.js';

/** One piece of an answer, before its conversion to Gemini's format. */
export interface AnswerChunk {
  text?: string;
  thought?: string;
  finishReason?: string;
  blockReason?: string;
  usage: { candidatesTokens: number; thoughtTokens: number; replaced: Record<string, number> };
}

/** Fields that all pieces of an answer share. */
export interface AnswerHead {
  model: string;
  responseId: string;
  promptTokens: number;
}

const RATINGS = (blocked: boolean) => [
  {
    category: 'HARM_CATEGORY_DANGEROUS_CONTENT',
    probability: blocked ? 'HIGH' : 'NEGLIGIBLE',
    ...(blocked && { blocked }),
  },
];

/** A GenerateContentResponse: https://ai.google.dev/api/generate-content#generatecontentresponse */
export function toResponse({ model, responseId, promptTokens }: AnswerHead, chunk: AnswerChunk): object {
  const { candidatesTokens, thoughtTokens, replaced } = chunk.usage;
  return {
    ...(chunk.blockReason === undefined
      ? { candidates: [toCandidate(chunk)] }
      : { promptFeedback: { blockReason: chunk.blockReason, safetyRatings: RATINGS(true) } }),
    usageMetadata: {
      promptTokenCount: promptTokens,
      ...(candidatesTokens > 0 && { candidatesTokenCount: candidatesTokens }),
      ...(thoughtTokens > 0 && { thoughtsTokenCount: thoughtTokens }),
      totalTokenCount: promptTokens + candidatesTokens + thoughtTokens,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: promptTokens }],
      ...replaced,
    },
    modelVersion: model,
    responseId,
  };
}

/** Joins the pieces of a stream to the unary answer. */
export function joinChunks(chunks: readonly AnswerChunk[]): AnswerChunk {
  const last = chunks.at(-1);
  if (!last) throw new Error('an answer has at least one chunk');
  const text = chunks.map((chunk) => chunk.text ?? '').join('');
  const thought = chunks.map((chunk) => chunk.thought ?? '').join('');
  return { ...last, text: text || undefined, thought: thought || undefined };
}

/** Tokens of everything that was sent: contents and system instruction. */
export function promptTokens({ contents, systemInstruction }: SandboxRequest): number {
  const texts = [systemInstruction ?? '', ...contents.map((turn) => turn.text)];
  return texts.reduce((sum, text) => sum + countTokens(text), 0);
}

function toCandidate({ text, thought, finishReason }: AnswerChunk): object {
  const parts = [...(thought ? [{ text: thought, thought: true }] : []), ...(text ? [{ text }] : [])];
  const blocked = finishReason === 'SAFETY';
  const withoutContent = parts.length === 0 && (blocked || finishReason === 'RECITATION');
  return {
    ...(!withoutContent && { content: { ...(parts.length > 0 && { parts }), role: 'model' } }),
    ...(finishReason !== undefined && { finishReason }),
    index: 0,
    ...(blocked && { safetyRatings: RATINGS(true) }),
  };
}
