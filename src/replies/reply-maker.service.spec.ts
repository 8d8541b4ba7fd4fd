import { jest } from '@jest/globals';
import { LanguageModel, ModelError, type GenerateEvent } from '../llm/language-model.js';
import {
  LostClaim,
  type Claim,
  type Ending,
  type ReplyLifecycle,
} from '../messages/reply-lifecycle.service.js';
import { FLUSH_MS } from '../messages/reply-policy.js';
import type { Bus } from '../platform/bus/bus.js';
import { SystemClock } from '../platform/clock/clock.js';
import type { Config } from '../platform/config/config.js';
import type { TextPublisher } from '../platform/stream/text-publisher.js';
import { ReplyMaker } from './reply-maker.service.js';

const CLAIM: Claim = {
  id: 'r',
  attempt: 1,
  failures: 0,
  generation: 1,
  turnAt: new Date(),
  questionSeq: 1,
  chatroomId: 'c',
  content: '',
  stopRequested: false,
  systemPrompt: null,
  model: null,
  tier: 'basic',
};
const CONFIG = {
  llm: {
    models: [{ id: 'm' }],
    replyDeadlineSeconds: 600,
    contextTokenBudget: 100,
    maxOutputTokens: { basic: 10, pro: 10 },
  },
} as unknown as Config;
const END: GenerateEvent = { type: 'end', finish: 'stop', promptBlocked: false, model: 'm', usage: null };

function maker(model: () => AsyncIterable<GenerateEvent>, lifecycle: object): ReplyMaker {
  const basics = {
    claim: async () => CLAIM,
    saidBefore: async () => [{ id: 'q', role: 'user', content: 'hi', status: 'completed', inReplyTo: null }],
  };
  const generate = { generate: model } as unknown as LanguageModel;
  return new ReplyMaker(
    { ...basics, ...lifecycle } as unknown as ReplyLifecycle,
    generate,
    { write: () => undefined } as unknown as TextPublisher,
    new SystemClock(),
    { on: () => undefined } as unknown as Bus,
    CONFIG,
  );
}
const make = (one: ReplyMaker) => one.make({ id: 'r', generation: 1 });

describe('making a reply', () => {
  it('leaves out NUL, which PostgreSQL’s text cannot hold', async () => {
    const finish = jest.fn(async (_claim: Claim, _ending: Ending) => undefined);
    const model = async function* (): AsyncGenerator<GenerateEvent> {
      yield { type: 'text', text: 'a\0b' };
      yield END;
    };
    await make(maker(model, { finish }));
    expect(finish.mock.calls[0]![1].content).toBe('ab');
  });

  it('with a slow database has one write under way, not a queue that its end waits for', async () => {
    jest.useFakeTimers();
    let written: () => void = () => undefined;
    const flush = jest.fn(() => new Promise<void>((resolve) => (written = resolve)));
    const model = async function* (): AsyncGenerator<GenerateEvent> {
      for (let n = 0; n < 8; n++) {
        yield { type: 'text', text: 'x' };
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

  it('that was lost while the model failed is nobody’s error', async () => {
    const model = async function* (): AsyncGenerator<GenerateEvent> {
      yield { type: 'text', text: 'x' };
      throw new ModelError('rejected');
    };
    const fail = () => Promise.reject(new LostClaim());
    expect(await make(maker(model, { fail }))).toEqual({ done: true });
  });
});
