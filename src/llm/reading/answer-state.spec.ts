import { answerSize } from './answer-size.js';
import { AnswerState } from './answer-state.js';
import type { ChunkFacts } from './chunk-facts.js';
import { BlockedByPolicy, ConnectionBroken, ModelError, type TokenUsage } from '../language-model.js';

const chunk = (text: string, finish: ChunkFacts['finish'] = null, more: Partial<ChunkFacts> = {}) => ({
  text,
  finish,
  promptBlocked: false,
  model: null,
  usage: null,
  ...more,
});
const usage = (outputTokens: number, thoughtTokens = 0): TokenUsage => ({
  promptTokens: 5,
  outputTokens,
  thoughtTokens,
  cachedTokens: 0,
});
const broken = new ConnectionBroken('ECONNRESET');
const failed = new ModelError('unavailable');

/** Reads chunks, then the end of the stream or the error that broke it. */
function read(chunks: ChunkFacts[], failure: Error | null = null, maxOutputTokens = 2048) {
  const answer = new AnswerState('m', answerSize(maxOutputTokens));
  const text = chunks.map((one) => answer.take(one)).join('') + answer.flush();
  try {
    return { text, end: failure ? answer.endAfter(failure) : answer.end() };
  } catch (error) {
    return { text, error };
  }
}

describe('an answer is whole', () => {
  it.each([
    ['when the last text says so and the stream ends', [chunk('all', 'stop')], null],
    ['when a reason follows the text', [chunk('all'), chunk('', 'stop')], null],
    ['when every chunk has a reason and the stream ends', [chunk('a', 'stop'), chunk('b', 'stop')], null],
    ['when the stream breaks after a reason that came alone', [chunk('all'), chunk('', 'stop')], broken],
    [
      'when silence follows a reason that came alone',
      [chunk('a'), chunk('', 'stop')],
      new ModelError('timeout'),
    ],
  ])('%s', (_, chunks, failure) => {
    expect(read(chunks, failure)).toMatchObject({ end: { finish: 'stop' } });
  });

  it.each([
    ['without any reason', [chunk('half')], null],
    ['when text follows the reason', [chunk('a', 'stop'), chunk('b')], null],
    ['when the stream breaks after a reason that came with text', [chunk('a', 'stop')], broken],
    ['… or after one that is repeated without text', [chunk('a', 'stop'), chunk('', 'stop')], broken],
    ['… or after the first of several, which has no text', [chunk('', 'stop'), chunk('a', 'stop')], broken],
    ['when the provider tells an error after the reason', [chunk('a'), chunk('', 'stop')], failed],
    ['when silence follows text', [chunk('a', 'stop')], new ModelError('timeout')],
  ])('but not %s', (_, chunks, failure) => {
    expect(read(chunks, failure).error).toMatchObject({ kind: failure?.kind ?? 'unavailable' });
  });
});

describe('an answer without text', () => {
  it.each(['stop', 'technical'] as const)('that ends with %s is a retriable failure', (finish) => {
    expect(read([chunk('', finish)]).error).toMatchObject({ kind: 'unavailable' });
    expect(read([chunk(' \n', finish)]).error).toMatchObject({ kind: 'unavailable' });
    expect(read([chunk('<think>hm</think>', finish)]).error).toMatchObject({ kind: 'unavailable' });
  });

  it.each(['length', 'safety', 'recitation', 'policy'] as const)('may end with %s', (finish) => {
    expect(read([chunk('', finish)]).end).toMatchObject({ finish });
  });
});

describe('a policy that answers with an error', () => {
  const blocked = new BlockedByPolicy('http 400');
  it.each([
    ['blocks the prompt', [], true],
    ['blocks the answer once there is text', [chunk('a')], false],
  ])('%s', (_, chunks, promptBlocked) => {
    expect(read(chunks, blocked).end).toMatchObject({ finish: 'safety', promptBlocked });
  });
});

describe('the counts of an answer', () => {
  it('are the last counts received', () => {
    const chunks = [chunk('a', null, { usage: usage(1) }), chunk('', 'stop', { usage: usage(7) })];
    expect(read(chunks).end?.usage).toEqual(usage(7));
  });

  it('are unknown after a break before them, and known when they came with the reason', () => {
    const early = [chunk('a', null, { usage: usage(1) }), chunk('', 'stop')];
    expect(read(early, broken).end?.usage).toBeNull();
    const late = [chunk('a'), chunk('', 'stop', { usage: usage(7) })];
    expect(read(late, broken).end?.usage).toEqual(usage(7));
  });

  it('are split by length between text and thoughts when the provider does not split them', () => {
    const chunks = [chunk(`<think>${'t'.repeat(30)}</think>${'a'.repeat(10)}`, 'stop', { usage: usage(40) })];
    expect(read(chunks).end?.usage).toEqual(usage(10, 30));
  });
});

describe('the size of an answer', () => {
  it.each([
    ['64 bytes a token', 2048, 131_072],
    ['64 KiB at least', 16, 65_536],
  ])('is %s: what is longer is truncated', (_, maxOutputTokens, bytes) => {
    const fits = read([chunk('a'.repeat(bytes)), chunk('', 'stop')], null, maxOutputTokens);
    expect(fits.end?.finish).toBe('stop');
    const longer = read([chunk('a'.repeat(bytes)), chunk('b'), chunk('', 'stop')], null, maxOutputTokens);
    expect([longer.text.length, longer.end?.finish]).toEqual([bytes, 'length']);
  });

  it('is counted in UTF-8 and cuts no character in two', () => {
    const { text, end } = read([chunk(`a${'😀'.repeat(20_000)}`, 'stop')], null, 16);
    expect(end?.finish).toBe('length');
    expect(text).toBe(`a${'😀'.repeat(16_383)}`);
  });
});
