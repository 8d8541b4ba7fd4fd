import { jest } from '@jest/globals';
import { guardedStream } from './guarded-stream.js';

const SILENCE_MS = 1000;
const QUEUE_MS = 5000;

/** Yields a chunk after each of the waits, then ends. */
async function* chunksAfter(...waitsMs: number[]): AsyncGenerator<number, void> {
  for (const ms of waitsMs) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    yield ms;
  }
}

async function read(source: AsyncIterable<number>, signal = new AbortController().signal) {
  const chunks: number[] = [];
  let inner: AbortSignal | undefined;
  let kind: unknown = null;
  try {
    for await (const chunk of guardedStream({ signal, silenceMs: SILENCE_MS, queueMs: QUEUE_MS }, (given) => {
      inner = given;
      return source;
    }))
      chunks.push(chunk);
  } catch (error) {
    ({ kind } = error as { kind: unknown });
  }
  return { chunks, kind, closed: inner?.aborted };
}

describe('a guarded stream', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('has no time limit while chunks arrive', async () => {
    const result = read(chunksAfter(900, 900, 900, 900));
    await jest.advanceTimersByTimeAsync(4000);
    expect(await result).toEqual({ chunks: [900, 900, 900, 900], kind: null, closed: true });
    expect(jest.getTimerCount()).toBe(0);
  });

  it('times out after the silence limit, before or after the first chunk', async () => {
    const result = read(chunksAfter(10, 1001));
    await jest.advanceTimersByTimeAsync(1010);
    expect(await result).toMatchObject({ chunks: [10], kind: 'timeout', closed: true });
  });

  it('does not count the time of its consumer', async () => {
    const seen: number[] = [];
    const bounds = { signal: new AbortController().signal, silenceMs: SILENCE_MS, queueMs: QUEUE_MS };
    const reading = (async () => {
      for await (const chunk of guardedStream(bounds, () => chunksAfter(1, 1))) {
        await new Promise((resolve) => setTimeout(resolve, 5000));
        seen.push(chunk);
      }
    })();
    await jest.advanceTimersByTimeAsync(20_000);
    await reading;
    expect(seen).toEqual([1, 1]);
  });

  it('ends on abort even if its source ignores the signal', async () => {
    const caller = new AbortController();
    const result = read(chunksAfter(10, 900_000), caller.signal);
    await jest.advanceTimersByTimeAsync(500);
    caller.abort();
    expect(await result).toEqual({ chunks: [10], kind: 'aborted', closed: true });
  });

  it('waits longer while signs of life arrive, up to the queue limit', async () => {
    const from = Date.now();
    const outcome = (async () => {
      const bounds = { signal: new AbortController().signal, silenceMs: SILENCE_MS, queueMs: QUEUE_MS };
      const queued = (_: AbortSignal, onAlive: () => void) => {
        setInterval(onAlive, 900);
        return chunksAfter(4000, 900_000);
      };
      const chunks: number[] = [];
      try {
        for await (const chunk of guardedStream(bounds, queued)) chunks.push(chunk);
      } catch (error) {
        return {
          chunks,
          kind: (error as { kind: string }).kind,
          seconds: Math.floor((Date.now() - from) / 1000),
        };
      }
    })();
    await jest.advanceTimersByTimeAsync(20_000);
    expect(await outcome).toEqual({ chunks: [4000], kind: 'timeout', seconds: 9 });
  });
});
