import { FinishReason, BlockedReason } from '@google/genai';
import { GEMINI_BLOCK, GEMINI_FINISH, readGeminiChunk } from '../gemini/gemini-chunk.js';
import { readOpenAiChunk } from '../openai/openai-chunk.js';

const gemini = (candidate: object, rest: object = {}) =>
  readGeminiChunk({ candidates: [{ content: { parts: [{ text: 'a' }] }, ...candidate }], ...rest });
const openai = (choice: object, rest: object = {}) => readOpenAiChunk({ choices: [choice], ...rest });

/** Values that a provider may send in the place of any field. */
const ANYTHING: unknown[] = [
  null,
  undefined,
  0,
  12.5,
  -1,
  NaN,
  1e300,
  '',
  'text',
  true,
  [],
  {},
  [null],
  [[1]],
  { a: 1 },
];

describe('every finish reason of Gemini', () => {
  it('of its client library is in the table, except the one that means none', () => {
    const known = Object.values<string>(FinishReason).filter((one) => one !== 'FINISH_REASON_UNSPECIFIED');
    expect(Object.keys(GEMINI_FINISH)).toEqual(expect.arrayContaining(known));
    const blocks = Object.values<string>(BlockedReason).filter((one) => one !== 'BLOCKED_REASON_UNSPECIFIED');
    expect(Object.keys(GEMINI_BLOCK).toSorted()).toEqual(blocks.toSorted());
  });

  it.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'safety'],
    ['SPII', 'safety'],
    ['RECITATION', 'recitation'],
    ['MALFORMED_FUNCTION_CALL', 'technical'],
    ['OTHER', 'technical'],
    ['LANGUAGE', 'technical'],
    ['OF_NEXT_YEAR', 'technical'],
    ['constructor', 'technical'],
    ['FINISH_REASON_UNSPECIFIED', null],
    ['', null],
    [7, null],
  ])('%s is %s', (finishReason, finish) => {
    expect(gemini({ finishReason }).finish).toBe(finish);
  });

  it.each([
    ['SAFETY', 'safety'],
    ['OTHER', 'policy'],
    ['OF_NEXT_YEAR', 'policy'],
    ['BLOCKED_REASON_UNSPECIFIED', null],
  ])('a prompt blocked for %s is %s', (blockReason, finish) => {
    const facts = readGeminiChunk({ promptFeedback: { blockReason } });
    expect([facts.finish, facts.promptBlocked]).toEqual([finish, finish !== null]);
  });
});

it.each([
  ['stop', 'stop'],
  ['eos_token', 'stop'],
  ['end_turn', 'stop'],
  ['COMPLETE', 'stop'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['model_length', 'length'],
  ['content_filter', 'safety'],
  ['refusal', 'safety'],
  ['SAFETY', 'safety'],
  ['sensitive', 'safety'],
  ['recitation', 'recitation'],
  ['tool_calls', 'technical'],
  ['error', 'technical'],
  ['abort', 'technical'],
  ['insufficient_system_resource', 'technical'],
  ['of_next_year', 'technical'],
  ['__proto__', 'technical'],
  ['null', null],
  ['', null],
  [null, null],
])('finish reason %s of an OpenAI-compatible server is %s', (finish_reason, finish) => {
  expect(openai({ delta: {}, finish_reason }).finish).toBe(finish);
});

describe('text is text', () => {
  it.each([
    ['a string', 'hi', 'hi'],
    [
      'parts',
      [
        { type: 'text', text: 'h' },
        { type: 'text', text: 'i' },
      ],
      'hi',
    ],
    [
      'a thought and a part',
      [
        { type: 'thinking', thinking: [{ type: 'text', text: 'no' }] },
        { type: 'text', text: 'hi' },
      ],
      'hi',
    ],
    ['parts that are strings', ['h', 'i'], 'hi'],
    ['a part without text', [{ type: 'image_url', image_url: {} }], ''],
    ['a text that is none', [{ type: 'text', text: 7 }], ''],
    ['an object', { text: 'no' }, ''],
    ['nothing', null, ''],
  ])('%s', (_, content, text) => {
    expect(openai({ delta: { content } }).text).toBe(text);
  });

  it('also of a whole completion, a refusal and the older protocol', () => {
    expect(openai({ message: { content: 'hi' } }).text).toBe('hi');
    expect(openai({ delta: { content: null, refusal: 'No.' } }).text).toBe('No.');
    expect(openai({ text: 'hi' }).text).toBe('hi');
  });

  it('and thoughts in fields of their own are not', () => {
    expect(openai({ delta: { content: null, reasoning_content: 'no', reasoning: 'no' } }).text).toBe('');
    expect(gemini({ content: { parts: [{ text: 'no', thought: true }, { text: 'hi' }] } }).text).toBe('hi');
  });
});

describe('a count is a whole number that fits its column, or not known', () => {
  it.each([
    [7, 7],
    [12.5, null],
    [-1, null],
    ['7', null],
    [2 ** 31, null],
    [NaN, null],
  ])('%p', (value, count) => {
    expect(openai({}, { usage: { prompt_tokens: value, completion_tokens: value } }).usage).toMatchObject({
      promptTokens: count,
      outputTokens: count,
    });
    expect(gemini({}, { usageMetadata: { promptTokenCount: value } }).usage?.promptTokens).toBe(count);
  });

  it.each([
    ['within the completion', { completion_tokens: 30, reasoning: 10, total_tokens: 130 }, [20, 10]],
    ['beside it, as the total shows', { completion_tokens: 30, reasoning: 10, total_tokens: 140 }, [30, 10]],
    ['beside it, as there are more', { completion_tokens: 3, reasoning: 10 }, [3, 10]],
    ['in a fraction', { completion_tokens: 30, reasoning: 1.5 }, [30, null]],
  ])('reasoning is counted %s', (_, { reasoning, ...counts }, [output, thought]) => {
    const details = { completion_tokens_details: { reasoning_tokens: reasoning } };
    const { usage } = openai({}, { usage: { prompt_tokens: 100, ...counts, ...details } });
    expect([usage?.outputTokens, usage?.thoughtTokens]).toEqual([output, thought]);
  });
});

it.each(ANYTHING)('%p in the place of any field is read without a throw', (value) => {
  for (const read of [readOpenAiChunk, readGeminiChunk]) {
    expect(() => read(value)).not.toThrow();
    for (const field of [
      'choices',
      'candidates',
      'usage',
      'usageMetadata',
      'model',
      'modelVersion',
      'promptFeedback',
      'x_groq',
    ])
      expect(() => read({ [field]: value })).not.toThrow();
  }
  for (const field of ['delta', 'message', 'finish_reason', 'text'])
    expect(() => openai({ [field]: value })).not.toThrow();
  for (const field of ['content', 'finishReason']) expect(() => gemini({ [field]: value })).not.toThrow();
  for (const field of ['parts', 'role']) expect(() => gemini({ content: { [field]: value } })).not.toThrow();
});

it('a model name holds no character that the database refuses', () => {
  expect(openai({}, { model: ' a\0b\ud800 ' }).model).toBe('ab\ufffd');
  expect(openai({}, { model: 'm'.repeat(5000) }).model).toHaveLength(200);
  expect(openai({}, { model: 7 }).model).toBeNull();
});

it.each([
  ['in a choice', { choices: [{ error: { code: 502, message: 'x' } }] }, 'unavailable'],
  ['as a chunk', { object: 'error', code: 429, message: 'x' }, 'rate_limited'],
  ['of a policy', { choices: [{ error: { code: 'content_filter' } }] }, 'rejected'],
])('an error %s is an error', (_, chunk, kind) => {
  expect(() => readOpenAiChunk(chunk)).toThrow(expect.objectContaining({ kind }) as Error);
});
