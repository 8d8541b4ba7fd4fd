import { jest } from '@jest/globals';
import {
  LanguageModel,
  ModelError,
  ProviderSkipped,
  Rejected,
  type GenerateEvent,
  type GenerateRequest,
} from '../llm/language-model.js';
import type { Claim, Ending } from '../messages/replies/claim.js';
import { LostClaim, type ReplyLifecycle } from '../messages/replies/reply-lifecycle.service.js';
import { FLUSH_MS } from '../messages/replies/reply-policy.js';
import type { Bus } from '../platform/bus/bus.js';
import { SystemClock } from '../platform/clock/clock.js';
import type { Config } from '../platform/config/config.js';
import type { TextPublisher } from '../platform/stream/text-publisher.js';
import type { TitleQueue } from '../titles/title-queue.js';
import { ReplyGenerator } from './reply-generator.service.js';

const CLAIM: Claim = {
  id: 'r',
  attempt: 1,
  failures: 0,
  deferrals: 0,
  generation: 1,
  slotGrantedAt: new Date(),
  questionSeq: 1,
  chatroomId: 'c',
  nameSource: 'user',
  content: '',
  stopRequested: false,
  traceContext: null,
  systemPrompt: null,
  model: null,
  tier: 'basic',
};
const CONFIG = {
  llm: {
    models: [{ id: 'm', tiers: ['basic', 'pro'] }],
    replyDeadlineSeconds: 600,
    contextTokenBudget: 100,
    maxOutputTokens: { basic: 10, pro: 10 },
  },
} as unknown as Config;
const END: GenerateEvent = { type: 'end', finish: 'stop', promptBlocked: false, model: 'm', usage: null };

function maker(
  model: (request?: GenerateRequest) => AsyncIterable<GenerateEvent>,
  lifecycle: object,
  config = CONFIG,
): ReplyGenerator {
  const basics = {
    claim: async () => CLAIM,
    readHistory: async () => [
      { id: 'q', role: 'user', content: 'hi', status: 'completed', inReplyTo: null, refused: false },
    ],
  };
  const generate = { generate: model } as unknown as LanguageModel;
  return new ReplyGenerator(
    { ...basics, ...lifecycle } as unknown as ReplyLifecycle,
    generate,
    { write: () => undefined, drop: () => undefined } as unknown as TextPublisher,
    { addAfter: async () => undefined } as unknown as TitleQueue,
    new SystemClock(),
    { on: () => undefined } as unknown as Bus,
    config,
  );
}
const make = (one: ReplyGenerator) => one.generate({ id: 'r', generation: 1 });

describe('making a reply', () => {
  it('drops NUL, which PostgreSQL’s text type refuses', async () => {
    const finish = jest.fn(async (_claim: Claim, _ending: Ending) => undefined);
    const model = async function* (): AsyncGenerator<GenerateEvent> {
      yield { type: 'text', text: 'a\0b', model: 'm' };
      yield END;
    };
    await make(maker(model, { finish }));
    expect(finish.mock.calls[0]![1].content).toBe('ab');
  });

  it('has one write in progress, not a queue of them, with a slow database', async () => {
    jest.useFakeTimers();
    let written: () => void = () => undefined;
    const flush = jest.fn(() => new Promise<void>((resolve) => (written = resolve)));
    const model = async function* (): AsyncGenerator<GenerateEvent> {
      for (let n = 0; n < 8; n++) {
        yield { type: 'text', text: 'x', model: 'm' };
        await new Promise((resolve) => setTimeout(resolve, FLUSH_MS));
      }
      yield END;
    };
    const finish = jest.fn(async (_claim: Claim, _ending: Ending) => undefined);
    const making = make(maker(model, { flush, finish }));
    await jest.advanceTimersByTimeAsync(10 * FLUSH_MS);
    written();
    await jest.advanceTimersByTimeAsync(0);
    expect(flush).toHaveBeenCalledTimes(1);
    expect(finish.mock.calls[0]![1].content).toBe('xxxxxxxx');
    expect(await making).toEqual({ done: true });
    jest.useRealTimers();
  });

  it.each([
    ['has its claims counted from its retry', 24, { status: 'completed' }],
    ['counts as poison after as many claims as before', 25, 'internal'],
  ])('after a retry %s', async (_, attempt, ended) => {
    const model = async function* (): AsyncGenerator<GenerateEvent> {
      yield END;
    };
    const claim = async () => ({ ...CLAIM, generation: 2, attempt });
    const [finish, fail] = [jest.fn(), jest.fn()];
    await make(maker(model, { claim, finish, fail }));
    const [[, how]] = [...finish.mock.calls, ...fail.mock.calls] as [[Claim, unknown]];
    if (typeof ended === 'string') expect(how).toBe(ended);
    else expect(how).toMatchObject(ended);
  });

  it.each<[string, ModelError, string]>([
    ['is scheduled again', new ModelError('unavailable'), 'retryLater'],
    ['is released', new ModelError('aborted'), 'release'],
    ['fails', new ModelError('rejected'), 'fail'],
  ])('when it %s, a write under way comes first: none may come after it', async (_, error, last) => {
    jest.useFakeTimers();
    const writes: string[] = [];
    const flush = async () => {
      await new Promise((resolve) => setTimeout(resolve, 10 * FLUSH_MS));
      writes.push('flush');
    };
    const model = async function* (): AsyncGenerator<GenerateEvent> {
      yield { type: 'text', text: 'x', model: 'm' };
      await new Promise((resolve) => setTimeout(resolve, 2 * FLUSH_MS));
      throw error;
    };
    const lifecycle = { flush, [last]: async () => void writes.push(last) };
    const making = make(maker(model, lifecycle));
    await jest.advanceTimersByTimeAsync(20 * FLUSH_MS);
    await making;
    expect(writes).toEqual(['flush', last]);
    jest.useRealTimers();
  });

  it('whose claim was lost during a failure of the model is done without an error', async () => {
    const model = async function* (): AsyncGenerator<GenerateEvent> {
      yield { type: 'text', text: 'x', model: 'm' };
      throw new ModelError('rejected');
    };
    const fail = () => Promise.reject(new LostClaim());
    expect(await make(maker(model, { fail }))).toEqual({ done: true });
  });

  it('is retried, and fails in the end, after an error of our own; after an outage its lease runs out', async () => {
    const failing = (error: Error, failures: number) => {
      const model = async function* (): AsyncGenerator<GenerateEvent> {
        yield* [];
        throw error;
      };
      const [retryLater, fail] = [jest.fn(), jest.fn()];
      const claim = async () => ({ ...CLAIM, failures });
      return { making: make(maker(model, { claim, retryLater, fail })), retryLater, fail };
    };
    const first = failing(new TypeError('bug'), 0);
    expect(await first.making).toMatchObject({ done: false });
    expect(first.retryLater).toHaveBeenCalledTimes(1);
    const last = failing(new TypeError('bug'), 4);
    expect(await last.making).toEqual({ done: true });
    expect(last.fail.mock.calls[0]?.slice(1)).toEqual(['internal', false, null]);
    const outage = failing(Object.assign(new Error('down'), { code: 'ECONNREFUSED' }), 0);
    await expect(outage.making).rejects.toThrow('down');
  });

  it.each([
    ['is requested with less of its history', new Rejected('message', 'http 400'), [3, 2, 1], undefined],
    [
      'is requested with the message alone when no cause is named',
      new Rejected('unknown', 'http 400'),
      [3, 1],
      undefined,
    ],
    ['fails at once when the cause is not the message', new Rejected('setup', 'http 403'), [3], false],
  ])('whose model refuses what was said %s', async (_, refusal, lengths, refused) => {
    const asked: number[] = [];
    const model = async function* (request?: GenerateRequest): AsyncGenerator<GenerateEvent> {
      const { length } = request!.turns[0]!.text.split('\n\n');
      asked.push(length);
      if (length > 1) throw refusal;
      yield { type: 'text', text: 'yes', model: 'm' };
      yield END;
    };
    const said = ['c', 'b', 'a'].map((id) => ({
      id,
      role: 'user',
      content: id.repeat(60),
      status: 'completed',
    }));
    const [finish, fail] = [jest.fn(), jest.fn<(...all: unknown[]) => void>()];
    await make(maker(model, { readHistory: async () => said, finish, fail }));
    expect(asked).toEqual(lengths);
    expect([finish.mock.calls.length, fail.mock.calls[0]?.[2]]).toEqual([
      refused === undefined ? 1 : 0,
      refused,
    ]);
  });

  it('reads and sends history up to the input limit of the model', async () => {
    const models = [{ id: 'm', tiers: ['basic'], maxInputTokens: 40 }];
    const config = { llm: { ...CONFIG.llm, models } } as unknown as Config;
    const said = ['c', 'b', 'a'].map((id) => ({
      id,
      role: 'user',
      content: id.repeat(60),
      status: 'completed',
    }));
    const readHistory = jest.fn(async (_claim: Claim, _maxBytes: number) => said);
    const asked: string[] = [];
    const model = async function* (request?: GenerateRequest): AsyncGenerator<GenerateEvent> {
      asked.push(request!.turns[0]!.text);
      yield END;
    };
    await make(maker(model, { readHistory, finish: jest.fn() }, config));
    expect(asked).toEqual([`${'b'.repeat(60)}\n\n${'c'.repeat(60)}`]);
    expect(readHistory.mock.calls[0]![1]).toBe(120);
  });

  it('whose token budget went into thoughts fails, and its message stays in later contexts', async () => {
    const model = async function* (): AsyncGenerator<GenerateEvent> {
      yield { ...END, finish: 'length' };
    };
    const fail = jest.fn<(...all: unknown[]) => void>();
    await make(maker(model, { fail }));
    expect(fail.mock.calls[0]?.slice(1)).toEqual(['model_rejected', false, null]);
  });

  it('whose message alone is refused fails, and later contexts leave the message out', async () => {
    const model = async function* (): AsyncGenerator<GenerateEvent> {
      yield* [];
      throw new Rejected('message', 'http 413');
    };
    const fail = jest.fn<(...all: unknown[]) => void>();
    await make(maker(model, { fail }));
    expect(fail.mock.calls[0]?.slice(1)).toEqual(['model_rejected', true, null]);
  });

  it.each([
    ['is tried again after the obstacle', 1200, { done: false, delayMs: 1200 }],
    ['is done when another job will run it', null, { done: true }],
  ])('that is not to be had %s', async (_, dueInMs, outcome) => {
    const model = async function* (): AsyncGenerator<GenerateEvent> {};
    const lifecycle = { claim: async () => null, dueInMs: async () => dueInMs };
    expect(await make(maker(model, lifecycle))).toEqual(outcome);
  });

  describe('that the model cannot be asked for', () => {
    const failing = (error: ModelError, claim: Partial<Claim> = {}) => {
      const model = async function* (): AsyncGenerator<GenerateEvent> {
        yield* [];
        throw error;
      };
      const [defer, retryLater, fail] = [jest.fn(), jest.fn(), jest.fn()];
      const lifecycle = { claim: async () => ({ ...CLAIM, ...claim }), defer, retryLater, fail };
      return { making: make(maker(model, lifecycle)), defer, retryLater, fail };
    };

    it.each([
      ['over its limit', new ModelError('rate_limited', 2000)],
      ['skipped after its limit', new ProviderSkipped('rate_limited', 2000)],
      ['skipped while its circuit is open', new ProviderSkipped('unavailable', 2000)],
    ])(
      '(%s) waits for as long as it takes: no try is used up, no claim is held against it',
      async (_, error) => {
        const from = Date.now();
        const { making, defer, retryLater, fail } = failing(error, {
          failures: 4,
          attempt: 50,
          deferrals: 45,
        });
        expect(await making).toMatchObject({ done: false });
        expect([defer, retryLater, fail].map(({ mock }) => mock.calls.length)).toEqual([1, 0, 0]);
        const [, at] = defer.mock.calls[0] as [Claim, Date];
        expect(at.getTime()).toBeGreaterThan(from + 1500);
        expect(at.getTime()).toBeLessThanOrEqual(Date.now() + 3000);
      },
    );

    it('fails at its deadline with the reason', async () => {
      const slotGrantedAt = new Date(Date.now() - 599_000);
      const { making, fail } = failing(new ModelError('rate_limited', 2000), { slotGrantedAt });
      expect(await making).toEqual({ done: true });
      expect(fail.mock.calls[0]![1]).toBe('model_rate_limited');
    });

    it('without a named wait uses up tries like an outage', async () => {
      const { making, fail } = failing(new ModelError('rate_limited'), { failures: 4 });
      expect(await making).toEqual({ done: true });
      expect(fail).toHaveBeenCalled();
    });
  });
});
