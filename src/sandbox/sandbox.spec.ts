import { jest } from '@jest/globals';
import { Sandbox } from './sandbox.js';

afterEach(() => jest.useRealTimers());

it('moving the clock returns while what becomes due takes minutes', async () => {
  jest.useFakeTimers({ advanceTimers: true });
  const sandbox = new Sandbox(['billing']);
  jest.spyOn(sandbox.stripe!, 'settle').mockReturnValue(new Promise(() => {}));
  const before = sandbox.clock.now().getTime();
  const moved = sandbox.advance(86_400);
  await jest.advanceTimersByTimeAsync(30_000);
  await moved;
  expect(sandbox.clock.now().getTime() - before).toBeGreaterThanOrEqual(86_400_000);
});

it('moving the clock reports a failure of what becomes due', async () => {
  const sandbox = new Sandbox(['billing']);
  jest.spyOn(sandbox.stripe!, 'settle').mockRejectedValue(new Error('store unavailable'));
  await expect(sandbox.advance(1)).rejects.toThrow('store unavailable');
});
