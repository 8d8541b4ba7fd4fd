import { answerSize, SilenceMeter } from './answer-size.js';
import { AnswerTooLarge } from '../language-model.js';

const SIZE = { ...answerSize(1), silentEvents: 2, silentBytes: 10 };

it('events without text are bounded in total, also with text between them', () => {
  const meter = new SilenceMeter(SIZE);
  for (const hasText of [false, true, false, true]) meter.onEvent(hasText);
  expect(() => meter.onEvent(false)).toThrow(AnswerTooLarge);
});

it('consecutive bytes without text are bounded: text restarts the count', () => {
  const meter = new SilenceMeter(SIZE);
  meter.onBytes(10);
  meter.onEvent(true);
  meter.onBytes(10);
  expect(() => meter.onBytes(1)).toThrow(AnswerTooLarge);
});

it.each([
  [16, 65_536],
  [2048, 131_072],
  [8192, 524_288],
])('an answer of %i tokens may have %i bytes: 64 a token, and 64 KiB at least', (tokens, bytes) => {
  expect(answerSize(tokens).textBytes).toBe(bytes);
});
