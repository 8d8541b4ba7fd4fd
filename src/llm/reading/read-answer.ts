import { answerSize, SilenceMeter, type AnswerSize } from './answer-size.js';
import { AnswerState } from './answer-state.js';
import type { ChunkFacts } from './chunk-facts.js';
import { guardedStream, type SilenceLimits } from './guarded-stream.js';
import { ModelError, type GenerateEvent, type GenerateRequest } from '../language-model.js';

/** One call while its answer is read: what the client library's fetch reports to. */
export interface OpenCall {
  /** Aborted when reading ends, for any reason. */
  signal: AbortSignal;
  size: AnswerSize;
  /** Counts bytes of the answer; throws when too many arrive without text. */
  onBytes: (count: number) => void;
  /** The server sent a sign of life without content. */
  onAlive: () => void;
}

/** How to call one provider and read its chunks. */
export interface AnswerSource {
  /** The requested model, as the provider names it. */
  model: string;
  open: (call: OpenCall) => AsyncIterable<unknown>;
  /** @throws ModelError for an error that comes as a chunk */
  read: (chunk: unknown) => ChunkFacts;
  /** The answer exceeded the requested limit: the server ignored it. */
  onLimitIgnored?: () => void;
}

/**
 * Reads one answer of any provider: bounds its size and silence, removes thoughts from the text, and decides by one rule
 * whether it is whole ({@link AnswerState}). See {@link LanguageModel} for the whole of it.
 * @throws ModelError for every failure
 */
export async function* readAnswer(
  source: AnswerSource,
  request: GenerateRequest,
  silenceLimits: SilenceLimits,
): AsyncGenerator<GenerateEvent, void> {
  const size = answerSize(request.maxOutputTokens);
  const meter = new SilenceMeter(size);
  const answer = new AnswerState(source.model, size);
  const open = (signal: AbortSignal, onAlive: () => void) =>
    source.open({ signal, size, onAlive, onBytes: (count) => meter.onBytes(count) });
  const textEvent = (text: string) => ({ type: 'text', text, model: answer.model }) as const;
  let failure: unknown = null;
  try {
    for await (const chunk of guardedStream({ ...silenceLimits, signal: request.signal }, open)) {
      const text = answer.take(factsOf(source, chunk));
      meter.onEvent(text !== '');
      if (text) yield textEvent(text);
      if (answer.isFull) break;
    }
  } catch (error) {
    if (request.signal.aborted) throw error;
    failure = error;
  }
  const rest = answer.flush();
  const end = failure === null ? answer.end() : answer.endAfter(failure);
  if (answer.isFull || (end.usage?.outputTokens ?? 0) > request.maxOutputTokens) source.onLimitIgnored?.();
  if (rest) yield textEvent(rest);
  yield end;
}

/** Turns an unreadable chunk into `unavailable`, so that the next provider is asked. */
function factsOf({ read }: AnswerSource, chunk: unknown): ChunkFacts {
  try {
    return read(chunk);
  } catch (error) {
    throw error instanceof ModelError ? error : new ModelError('unavailable', null, 'unreadable chunk');
  }
}
