import { defaultAnswer } from './default-answer.js';
import { errorFor, GeminiApiError, scriptedError } from './gemini-api.error.js';
import type { AnswerChunk } from './gemini-response.js';
import type { SandboxRequest } from './gemini-request.js';
import type { GeminiScript, Outcome } from './gemini-script.js';
import type { Direction } from './script-book.js';
import { countTokens, firstTokens, toPieces } from './tokens.js';

/** One action on the connection. */
export type Step =
  | { type: 'chunk'; chunk: AnswerChunk }
  | { type: 'raw'; data: string }
  | { type: 'hang' }
  | { type: 'cut' }
  | { type: 'flood'; of: 'text' | 'line' | 'silence' };

/** The complete response to a request, planned before the first byte is sent. */
export interface AnswerPlan {
  outcome: Outcome;
  firstDelayMs: number;
  chunkDelayMs: number;
  /** Comments are sent for so long before the steps. */
  queuedMs: number;
  /** Answered instead of the steps. */
  refusal: GeminiApiError | null;
  steps: Step[];
}

/** A model that thinks spends about this much before it writes, but never the whole budget. */
const USUAL_THOUGHT_TOKENS = 24;

/** Turns a request and its script into steps. Pure. */
export function planAnswer(
  request: SandboxRequest,
  { script, unknownWords }: Direction,
  defaultChunkDelayMs: number,
): AnswerPlan {
  const outcome = script.outcome ?? 'answer';
  const chunkDelayMs = script.chunkDelayMs ?? defaultChunkDelayMs;
  const firstDelayMs = script.firstDelayMs ?? chunkDelayMs;
  const plan = { outcome, chunkDelayMs, firstDelayMs, queuedMs: script.queuedMs ?? 0 };
  if (outcome === 'http_error') return { ...plan, refusal: refusalOf(script), steps: [] };
  const limit = request.maxOutputTokens ?? Infinity;
  const eaten = outcome === 'max_tokens' && script.afterChunks === 0 ? request.maxOutputTokens : null;
  const thoughtTokens = eaten ?? Math.min(USUAL_THOUGHT_TOKENS, Math.floor(limit / 4));
  const whole = defaultAnswer(request, unknownWords);
  const said = firstTokens(whole, limit - thoughtTokens);
  const texts = script.chunks ?? toPieces(said);
  const finishReason = script.finishReason ?? (script.chunks || said === whole ? 'STOP' : 'MAX_TOKENS');
  return { ...plan, refusal: null, steps: toSteps(outcome, script, { texts, finishReason, thoughtTokens }) };
}

function refusalOf({ reason, status = 503, retryAfterSeconds }: GeminiScript): GeminiApiError {
  return reason ? errorFor(reason, retryAfterSeconds) : scriptedError(status, retryAfterSeconds);
}

interface Material {
  texts: string[];
  finishReason: string;
  thoughtTokens: number;
}

function toSteps(outcome: Exclude<Outcome, 'http_error'>, script: GeminiScript, material: Material): Step[] {
  const { texts, finishReason } = material;
  const writer = chunkWriter(script, material.thoughtTokens);
  const write: typeof writer = (fields) =>
    writer(
      script.finishEverywhere ? { ...fields, finishReason: fields.finishReason ?? finishReason } : fields,
    );
  const head = (fallback: number) =>
    texts.slice(0, script.afterChunks ?? fallback).map((text) => write({ text }));
  const tail = (from: number, reason: string | undefined): Step[] => {
    const rest = texts.slice(from);
    return (rest.length > 0 ? rest : ['']).map((text, i, all) =>
      write(i === all.length - 1 ? { text, finishReason: reason } : { text }),
    );
  };
  switch (outcome) {
    case 'answer':
      return tail(0, finishReason);
    case 'no_finish':
      return tail(0, undefined);
    case 'hang':
      return [...head(0), { type: 'hang' }, ...tail(script.afterChunks ?? 0, finishReason)];
    case 'cut':
      return [...head(1), { type: 'cut' }];
    case 'safety':
      return [...head(0), write({ finishReason: 'SAFETY' })];
    case 'recitation':
      return [...head(0), write({ finishReason: 'RECITATION' })];
    case 'prompt_blocked':
      return [write({ blockReason: script.blockReason ?? 'SAFETY' })];
    case 'empty':
      return [write({ finishReason: 'STOP' })];
    case 'max_tokens':
      return [...head(Math.ceil(texts.length / 2)), write({ finishReason: 'MAX_TOKENS' })];
    case 'error_inside': {
      const error = scriptedError(script.status ?? 503, script.retryAfterSeconds);
      return [...head(1), { type: 'raw', data: JSON.stringify(error.toBody()) }];
    }
    case 'flood':
      return [...head(0), { type: 'flood', of: 'text' }];
    case 'flood_line':
      return [...head(0), { type: 'flood', of: 'line' }];
    case 'flood_silent':
      return [...head(0), { type: 'flood', of: 'silence' }];
    case 'malformed':
      return [...head(1), { type: 'raw', data: '{"candidates": [{"content": {"parts": [{"te' }];
  }
}

/** Counts tokens as the chunks are written, and puts the thought into the first chunk. */
function chunkWriter(script: GeminiScript, thoughtTokens: number) {
  let written = '';
  let first = true;
  return (fields: Pick<AnswerChunk, 'text' | 'finishReason' | 'blockReason'>): Step => {
    written += fields.text ?? '';
    const thought = first ? script.thought : undefined;
    first = false;
    const last = fields.finishReason !== undefined || fields.blockReason !== undefined;
    const usage = {
      candidatesTokens: countTokens(written),
      thoughtTokens: fields.blockReason === undefined ? thoughtTokens : 0,
      replaced: last ? (script.usage ?? {}) : {},
    };
    return { type: 'chunk', chunk: { ...fields, thought, usage } };
  };
}
