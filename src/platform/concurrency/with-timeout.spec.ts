import { TimeoutError, withTimeout } from './with-timeout.js';

it('withTimeout returns the result or the error of an operation that settles in time', async () => {
  await expect(withTimeout(Promise.resolve(1), 50)).resolves.toBe(1);
  await expect(withTimeout(Promise.reject(new Error('its own')), 50)).rejects.toThrow('its own');
});

it('withTimeout rejects with TimeoutError after the limit', async () => {
  await expect(withTimeout(new Promise(() => undefined), 5)).rejects.toBeInstanceOf(TimeoutError);
});
