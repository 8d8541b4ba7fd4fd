import { TimeoutError, withTimeout } from './with-timeout.js';

it('gives what came in time, and the operation’s own error', async () => {
  await expect(withTimeout(Promise.resolve(1), 50)).resolves.toBe(1);
  await expect(withTimeout(Promise.reject(new Error('its own')), 50)).rejects.toThrow('its own');
});

it('gives up on what takes too long', async () => {
  await expect(withTimeout(new Promise(() => undefined), 5)).rejects.toBeInstanceOf(TimeoutError);
});
