import { jest } from '@jest/globals';
import { collect, requestOf } from './collect.support.js';
import { FallbackChain } from './fallback-chain.js';
import { GuardedLanguageModel, OPEN_MS, type Rest } from './guarded-language-model.js';
import { LanguageModel, ModelError, type GenerateEvent, type ModelCall } from './language-model.js';

const END: GenerateEvent = { type: 'end', finish: 'stop', promptBlocked: false, model: 'm', usage: null };
const BLOCK: GenerateEvent = { ...END, finish: 'safety' };

/** Answers with its events; an error among them is thrown. */
class FakeProvider extends LanguageModel {
  calls = 0;
  events: (GenerateEvent | Error | Promise<void>)[] = [];

  async *generate(): AsyncGenerator<GenerateEvent, void> {
    this.calls += 1;
    for (const event of this.events) {
      if (event instanceof Error) throw event;
      if (event instanceof Promise) await event;
      else yield event;
    }
  }
}

function guarded() {
  const provider = new FakeProvider();
  const told: (Rest | string)[] = [];
  const guard = new GuardedLanguageModel('first', provider, {
    limited: (rest) => told.push(rest),
    opened: () => told.push('opened'),
    closed: () => told.push('closed'),
  });
  const ask = async (model = 'm') => (await collect(guard, requestOf('hi', { model }))).error;
  const askTimes = async (times: number, ...events: typeof provider.events) => {
    provider.events = events;
    for (let n = 0; n < times; n++) await ask();
  };
  return { provider, guard, told, ask, askTimes };
}

const down = new ModelError('unavailable');
const notAsked = (kind: string, retryAfterMs: unknown = expect.any(Number)) =>
  expect.objectContaining({ name: 'ProviderSkipped', kind, retryAfterMs });

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('a provider that fails again and again', () => {
  it.each(['unavailable', 'timeout'] as const)(
    '(%s) is skipped, and the error names the wait',
    async (kind) => {
      const { provider, told, ask, askTimes } = guarded();
      await askTimes(20, new ModelError(kind));
      expect(provider.calls).toBe(6);
      expect(told).toEqual(['opened']);
      expect(await ask()).toEqual(notAsked('unavailable', OPEN_MS));
      jest.advanceTimersByTime(4000);
      expect(await ask()).toEqual(notAsked('unavailable', OPEN_MS - 4000));
    },
  );

  it.each([
    ['rate limits', new ModelError('rate_limited')],
    ['rejections', new ModelError('rejected')],
    ['aborts by the caller', new ModelError('aborted')],
    ['blocks', BLOCK],
  ])('is not one of many %s', async (_, event) => {
    const { provider, askTimes } = guarded();
    await askTimes(20, event);
    expect(provider.calls).toBe(20);
  });

  it('is not skipped when it answers in between, or when its answers break off', async () => {
    const { provider, askTimes } = guarded();
    await askTimes(5, down);
    await askTimes(1, END);
    await askTimes(5, down);
    await askTimes(20, { type: 'text', text: 'half', model: 'm' }, down);
    expect(provider.calls).toBe(31);
  });

  it('is skipped by the chain without a call', async () => {
    const { provider, guard, askTimes } = guarded();
    await askTimes(6, down);
    const second = new FakeProvider();
    second.events = [{ type: 'text', text: 'second', model: 'm' }, END];
    const link = { ownModel: 'm', maxInputTokensOf: () => null };
    const chain = new FallbackChain([
      { ...link, name: 'first', model: guard },
      { ...link, name: 'second', model: second },
    ]);
    expect(await collect(chain, requestOf('hi'))).toMatchObject({ texts: ['second'], error: null });
    expect(provider.calls).toBe(6);
  });

  it('is not reported as asked while it is skipped', async () => {
    const { provider, guard } = guarded();
    const asked: ModelCall[] = [];
    const request = requestOf('hi', { model: 'm', onCall: (call) => asked.push(call) });
    provider.events = [down];
    for (let n = 0; n < 8; n++) await collect(guard, request);
    expect(asked).toEqual(Array.from({ length: 6 }, () => ({ provider: 'first', model: 'm' })));
  });
});

describe('an open circuit lets one trial call through', () => {
  async function open() {
    const all = guarded();
    await all.askTimes(6, down);
    jest.advanceTimersByTime(OPEN_MS);
    return all;
  }

  it('and other calls are skipped meanwhile', async () => {
    const { provider, told, ask } = await open();
    let answer: () => void = () => undefined;
    provider.events = [new Promise((resolve) => (answer = resolve)), END];
    const trial = ask();
    expect(await ask()).toEqual(notAsked('unavailable'));
    expect(provider.calls).toBe(7);
    answer();
    expect(await trial).toBeNull();
    expect(await ask()).toBeNull();
    expect(told).toEqual(['opened', 'closed']);
  });

  it('and is not reported as open when the open time has passed, also if no call follows', async () => {
    const { provider, guard, ask, askTimes } = guarded();
    expect(guard.isOpen).toBe(false);
    await askTimes(6, down);
    jest.advanceTimersByTime(OPEN_MS - 1);
    expect(guard.isOpen).toBe(true);
    jest.advanceTimersByTime(1);
    expect(guard.isOpen).toBe(false);
    let answer: () => void = () => undefined;
    provider.events = [new Promise((resolve) => (answer = resolve)), down];
    const trial = ask();
    expect(guard.isOpen).toBe(true);
    answer();
    await trial;
    expect(guard.isOpen).toBe(true);
  });

  it('a failed trial keeps the circuit open for as long again', async () => {
    const { provider, ask } = await open();
    expect(await ask()).toBe(down);
    expect(await ask()).toEqual(notAsked('unavailable', OPEN_MS));
    expect(provider.calls).toBe(7);
  });

  it('an aborted trial keeps the circuit open for as long again', async () => {
    const { provider, ask, askTimes } = await open();
    await askTimes(1, new ModelError('aborted'));
    expect(await ask()).toEqual(notAsked('unavailable', OPEN_MS));
    expect(provider.calls).toBe(7);
  });

  it('a rejected trial closes the circuit', async () => {
    const { provider, askTimes } = await open();
    await askTimes(3, new ModelError('rejected'));
    expect(provider.calls).toBe(9);
  });
});

describe('a model over its limit', () => {
  const limited = new ModelError('rate_limited', 2000);

  it('is not called during the wait that the provider named; other models are', async () => {
    const { provider, ask, askTimes } = guarded();
    await askTimes(5, limited);
    expect(provider.calls).toBe(1);
    expect(await ask()).toEqual(notAsked('rate_limited', 2000));
    provider.events = [END];
    expect(await ask('another')).toBeNull();
    expect(await ask()).toEqual(notAsked('rate_limited', 2000));
    jest.advanceTimersByTime(2000);
    expect(await ask()).toBeNull();
  });

  it('is reported once, however many parallel calls got a 429', async () => {
    const { provider, guard, told } = guarded();
    let answer: () => void = () => undefined;
    provider.events = [new Promise((resolve) => (answer = resolve)), limited];
    const calls = [1, 2, 3].map(() => collect(guard, requestOf('hi', { model: 'm' })));
    answer();
    await Promise.all(calls);
    expect(provider.calls).toBe(3);
    expect(told).toEqual([{ model: 'm', ms: 2000 }]);
  });

  it('is skipped as well after another process got the 429', async () => {
    const { provider, guard, ask } = guarded();
    guard.rest({ model: 'm', ms: 500 });
    expect(await ask()).toEqual(notAsked('rate_limited', 500));
    expect(provider.calls).toBe(0);
  });

  it('is called again after two minutes at the latest; until then the error names the wait of the header', async () => {
    const { provider, ask, askTimes } = guarded();
    await askTimes(1, new ModelError('rate_limited', 3_600_000));
    expect(await ask()).toEqual(notAsked('rate_limited', 3_600_000));
    jest.advanceTimersByTime(119_000);
    expect(await ask()).toEqual(notAsked('rate_limited', 3_481_000));
    jest.advanceTimersByTime(1000);
    provider.events = [END];
    expect(await ask()).toBeNull();
  });
});
