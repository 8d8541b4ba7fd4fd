import { planAnswer, type AnswerPlan } from './answer-plan.js';
import { toSandboxRequest } from './gemini-request.js';
import { ScriptBook } from './script-book.js';

const user = (text: string) => ({ role: 'user', parts: [{ text }] });
const model = (text: string) => ({ role: 'model', parts: [{ text }] });

function plan(body: object, book = new ScriptBook()): AnswerPlan {
  const request = toSandboxRequest(body);
  return planAnswer(request, book.take(request), 15);
}

function pieces({ steps }: AnswerPlan): string[] {
  return steps.flatMap((step) => (step.type === 'chunk' ? (step.chunk.text ?? []) : []));
}

function finish({ steps }: AnswerPlan): string | undefined {
  const last = steps.at(-1);
  return last?.type === 'chunk' ? last.chunk.finishReason : undefined;
}

describe('the default answer', () => {
  const talk = {
    systemInstruction: { parts: [{ text: 'Speak like a pirate.' }] },
    contents: [user('hi'), model('hello'), user('what is a jib?')],
  };

  it('names the text, the turns and the instruction, and is the same every time', () => {
    const text = pieces(plan(talk)).join('');
    expect(text).toContain('“what is a jib?” (4 words)');
    expect(text).toContain('3 turns of this conversation, 2 of them yours');
    expect(text).toContain('“Speak like a pirate.”');
    expect(plan(talk)).toEqual(plan(talk));
  });

  it('is split into many pieces', () => {
    expect(pieces(plan(talk)).length).toBeGreaterThan(8);
    expect(plan(talk)).toMatchObject({ chunkDelayMs: 15, firstDelayMs: 15 });
  });

  it('ends with MAX_TOKENS at maxOutputTokens, thoughts included', () => {
    const cut = plan({ ...talk, generationConfig: { maxOutputTokens: 16 } });
    expect(finish(cut)).toBe('MAX_TOKENS');
    expect(Array.from(pieces(cut).join('')).length).toBe((16 - 4) * 4);
    expect(finish(plan({ ...talk, generationConfig: { maxOutputTokens: 4000 } }))).toBe('STOP');
  });

  it('contains emoji on request, none of them split', () => {
    const text = pieces(plan({ contents: [user('some emoji please')] }));
    expect(text.join('')).toContain('👩‍👩‍👧‍👦');
    expect(text.every((piece) => !/\p{Surrogate}/u.test(piece))).toBe(true);
  });
});

const say = (text: string, book?: ScriptBook) => plan({ contents: [user(text)] }, book);

describe('script words', () => {
  it.each([
    ['slow', { chunkDelayMs: 400, firstDelayMs: 1500 }],
    ['fast', { chunkDelayMs: 0, firstDelayMs: 0 }],
    ['429', { refusal: { code: 429 } }],
    ['503', { refusal: { code: 503 } }],
    ['cut after=3', { steps: [{}, {}, {}, { type: 'cut' }] }],
    ['hang', { outcome: 'hang' }],
    ['prompt-blocked', { outcome: 'prompt_blocked' }],
    ['slow, safety, after=2', { chunkDelayMs: 400, outcome: 'safety', steps: [{}, {}, {}] }],
  ])('[[sandbox: %s]]', (words, expected) => {
    expect(say(`please [[Sandbox: ${words}]]`)).toMatchObject(expected);
  });

  it('that are unknown are named in the answer', () => {
    expect(pieces(say('[[sandbox: explode constructor]]')).join('')).toContain(
      'I do not know the script words: explode, constructor',
    );
  });

  it('with times= fail as often for each conversation, then answer, then fail again', () => {
    const book = new ScriptBook();
    const codes = Array.from({ length: 4 }, () => say('[[sandbox: 503 times=2]]', book).refusal?.code);
    expect(codes).toEqual([503, 503, undefined, 503]);
  });

  it('count in the newest message only', () => {
    const talk = { contents: [user('[[sandbox: 503]]'), model('x'), user('again')] };
    expect(plan(talk).refusal).toBeNull();
  });
});

it('of several script words in a turn uses the last, also after a message that was never answered', () => {
  expect(say('[[sandbox: 400]] a\n\n[[sandbox: fast]] b')).toMatchObject({ refusal: null, chunkDelayMs: 0 });
  expect(pieces(say('[[sandbox: 400]] a\n\n[[sandbox: fast]] b')).join('')).toContain('“a\n\n b”');
});

describe('the script book', () => {
  it('uses scripts by match first, then in order of arrival, each as often as it says', () => {
    const book = new ScriptBook();
    book.add([
      { chunks: ['any'] },
      { match: 'red', chunks: ['r1'], times: 2 },
      { match: 'red', chunks: ['r2'] },
    ]);
    expect(book.pending).toBe(4);
    const answers = ['red', 'a red one', 'red', 'blue'].map((text) => pieces(say(text, book)).join(''));
    expect(answers).toEqual(['r1', 'r1', 'r2', 'any']);
    expect(pieces(say('blue', book)).join('')).toContain('You said: “blue”');
    expect(book.pending).toBe(0);
  });

  it('refuses to grow without end, and can be cleared', () => {
    const book = new ScriptBook();
    book.add(Array.from({ length: 1000 }, () => ({})));
    expect(() => book.add([{}])).toThrow(RangeError);
    book.clear();
    expect(book.pending).toBe(0);
  });
});
