import { TooLate, within } from './within.js';

it('gives what came in time, and the operation’s own error', async () => {
  await expect(within(Promise.resolve(1), 50)).resolves.toBe(1);
  await expect(within(Promise.reject(new Error('its own')), 50)).rejects.toThrow('its own');
});

it('gives up on what takes too long', async () => {
  await expect(within(new Promise(() => undefined), 5)).rejects.toBeInstanceOf(TooLate);
});
