import { answerSize, SilenceMeter, type AnswerSize } from './answer-size.js';
import { AnswerState } from './answer-state.js';
import type { ChunkFacts } from './chunk-facts.js';
import { guardedStream, type SilenceLimits } from './guarded-stream.js';
import { ModelError, type GenerateEvent, type GenerateRequest } from '../language-model.js';

/** One call of a provider while its answer is read, for the client's fetch. */
export interface OpenCall {
  /** Aborted however the reading ends. */
  signal: AbortSignal;
  size: AnswerSize;
  /** Takes the bytes of the answer; throws where too many come without text. */
  onBytes: (count: number) => void;
  /** The server lives and has nothing to say. */
  onAlive: () => void;
}

/** How one provider is asked and read. */
export interface AnswerSource {
  /** The model that is asked for, as the provider names it. */
  model: string;
  open: (call: OpenCall) => AsyncIterable<unknown>;
  /** @throws ModelError for an error that comes as a chunk */
  read: (chunk: unknown) => ChunkFacts;
  /** The answer was longer than what was asked for: the server cannot have understood the limit. */
  onLimitIgnored?: () => void;
}

/**
 * Reads one answer, whatever the provider sends: bounded in size and in silence, without its thoughts, and whole or not
 * by one rule ({@link AnswerState}).
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

/** Reading must not throw: whatever it could not read, the next provider may write better. */
function factsOf({ read }: AnswerSource, chunk: unknown): ChunkFacts {
  try {
    return read(chunk);
  } catch (error) {
    throw error instanceof ModelError ? error : new ModelError('unavailable', null, 'unreadable chunk');
  }
}
