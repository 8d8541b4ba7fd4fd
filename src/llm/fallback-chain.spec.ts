import { collect, requestOf } from './collect.support.js';
import { FallbackChain, mostRetriable } from './fallback-chain.js';
import {
  LanguageModel,
  ModelError,
  type GenerateEnd,
  type GenerateEvent,
  type GenerateRequest,
} from './language-model.js';

type Step = string | GenerateEnd | ModelError | Error | ((request: GenerateRequest) => void);

/** A model that plays its steps: text, end, failure, or an action in between. */
class ScriptedModel extends LanguageModel {
  calls = 0;

  constructor(private readonly steps: readonly Step[]) {
    super();
  }

  async *generate(request: GenerateRequest): AsyncGenerator<GenerateEvent, void> {
    this.calls += 1;
    for (const step of this.steps) {
      if (step instanceof Error) throw step;
      if (typeof step === 'function') step(request);
      else yield typeof step === 'string' ? { type: 'text', text: step, model: 'm' } : step;
    }
  }
}

const end = (finish: GenerateEnd['finish'] = 'stop', promptBlocked = false): GenerateEnd => ({
  type: 'end',
  finish,
  promptBlocked,
  model: 'm',
  usage: null,
});
const unavailable = new ModelError('unavailable');
const limited = new ModelError('rate_limited', 30_000);
const rejected = new ModelError('rejected');
const timeout = new ModelError('timeout');
const aborted = new ModelError('aborted');
const answer: Step[] = ['from the second', end()];

/** A link whose models have this input limit. */
const link = (name: string, model: LanguageModel, limits: Record<string, number> = {}) => ({
  name,
  model,
  ownModel: 'own',
  maxInputTokensOf: (id: string) => limits[id] ?? null,
});

async function run(...providers: Step[][]) {
  const models = providers.map((steps) => new ScriptedModel(steps));
  const chain = new FallbackChain(models.map((model, i) => link(`p${i}`, model)));
  const { texts, end, error } = await collect(chain, requestOf('hi'));
  return {
    text: texts.join(''),
    finish: end?.finish ?? null,
    error,
    calls: models.map(({ calls }) => calls),
  };
}

describe('the next provider', () => {
  it.each([
    ['after unavailability', [unavailable], 1],
    ['after a rate limit', [limited], 1],
    ['after a rejection', [rejected], 1],
    ['after a timeout', [timeout], 1],
    ['not after an answer', ['first', end()], 0],
    ['not once text was streamed', ['fir', unavailable], 0],
    ['not after a safety block', [end('safety')], 0],
    ['not after a blocked prompt', [end('safety', true)], 0],
    ['not after thoughts ate the budget', [end('length')], 0],
    ['not after an abort', [aborted], 0],
    ['not after an error of our own', [new TypeError('bug')], 0],
  ] as [string, Step[], number][])('is asked only before the first text: %s', async (_, first, asked) => {
    const { calls, text } = await run(first, answer);
    expect(calls).toEqual([1, asked]);
    expect(text === 'from the second').toBe(asked === 1);
  });

  it('is not asked after the caller aborted during the first failure', async () => {
    const caller = new AbortController();
    const first = new ScriptedModel([() => caller.abort(), unavailable]);
    const second = new ScriptedModel(answer);
    const chain = new FallbackChain([link('a', first), link('b', second)]);
    await collect(chain, requestOf('hi', { signal: caller.signal }));
    expect(second.calls).toBe(0);
  });

  it('follows the order of the chain to its end', async () => {
    expect(await run([unavailable], [limited], answer)).toMatchObject({
      calls: [1, 1, 1],
      finish: 'stop',
      error: null,
    });
  });
});

describe('when all fail', () => {
  it.each([
    ['a retriable failure is thrown rather than a rejection', [rejected, limited], limited],
    ['the failure with the shorter wait is thrown', [limited, unavailable], unavailable],
    ['the first of equal failures is thrown', [timeout, unavailable], timeout],
    ['a rejection is thrown when all are rejections', [rejected, rejected], rejected],
  ])('%s', async (_, failures, told) => {
    expect(mostRetriable(failures)).toBe(told);
    expect((await run(...failures.map((failure) => [failure]))).error).toBe(told);
  });
});

describe('a model that has a provider', () => {
  const ask = async (names: string[], request: { model: string; provider: string | null }) => {
    const order: string[] = [];
    const links = names.map((name) => ({
      ...link(name, new ScriptedModel([({ model }) => order.push(`${name}:${model}`), unavailable])),
      ownModel: `${name}-own`,
    }));
    await collect(new FallbackChain(links), requestOf('hi', request));
    return order;
  };

  it.each([
    [['gemini', 'groq'], { model: 'flash', provider: null }, ['gemini:flash', 'groq:groq-own']],
    [['groq', 'gemini'], { model: 'flash', provider: null }, ['groq:groq-own', 'gemini:flash']],
    [['groq', 'mistral'], { model: 'llama', provider: null }, ['groq:llama', 'mistral:mistral-own']],
    [['gemini', 'groq'], { model: 'llama', provider: 'groq' }, ['groq:llama', 'gemini:gemini-own']],
    [['a', 'b', 'c'], { model: 'm', provider: 'b' }, ['b:m', 'a:a-own', 'c:c-own']],
  ])(
    'of %j, asked for %j, is asked there first, the others for their own: %j',
    async (names, request, order) => {
      expect(await ask(names, request)).toEqual(order);
    },
  );
});

describe('what a model is known to take', () => {
  const said = (role: 'user' | 'model', letter: string, tokens: number) => ({
    role,
    text: letter.repeat(3 * tokens),
  });
  const turns = [said('user', 'a', 200), said('model', 'b', 100), said('user', 'c', 100)];
  const asked = (first: Record<string, number>, second: Record<string, number>, request = {}) => {
    const seen: string[] = [];
    const see = (name: string) =>
      new ScriptedModel([
        ({ turns: shown }) => seen.push(`${name} ${shown.map(({ text }) => text[0]).join('')}`),
        unavailable,
      ]);
    const chain = new FallbackChain([link('p', see('p'), first), link('q', see('q'), second)]);
    return collect(chain, requestOf('', { model: 'm', provider: 'p', turns, ...request })).then(
      ({ error }) => ({ seen, error }),
    );
  };

  it.each([
    ['all of it', { m: 400 }, { own: 400 }, ['p abc', 'q abc']],
    ['the newest, where a model stands in that takes less', {}, { own: 250 }, ['p abc', 'q c']],
    ['the message, where nothing else fits', { m: 100 }, {}, ['p c', 'q abc']],
    ['all, where another model is the one with the limit', { own: 100 }, { m: 100 }, ['p abc', 'q abc']],
  ])('is shown %s', async (_, first, second, seen) => {
    expect((await asked(first, second)).seen).toEqual(seen);
  });

  it('a message above a provider’s limit is refused without a call, and sent to a provider with a larger limit', async () => {
    expect(await asked({ m: 30 }, {})).toMatchObject({ seen: ['q abc'], error: { kind: 'unavailable' } });
    expect(await asked({ m: 30 }, { own: 30 })).toMatchObject({
      seen: [],
      error: { kind: 'rejected', about: 'message' },
    });
  });

  it('the system prompt counts towards the limit', async () => {
    const systemPrompt = 's'.repeat(450);
    expect((await asked({ m: 400 }, {}, { systemPrompt })).seen).toEqual(['p c', 'q abc']);
    expect((await asked({ m: 90 }, { own: 90 }, { systemPrompt })).error).toMatchObject({ about: 'setup' });
  });
});

it('a chain without providers throws', () => {
  expect(() => new FallbackChain([])).toThrow('at least one provider');
});
