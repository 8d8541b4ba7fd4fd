import type { Config } from '../../platform/config/config.js';
import { PasswordHasher } from './password-hasher.js';

const hasherOf = (passwordHashConcurrency: number) =>
  new PasswordHasher({ auth: { passwordHashConcurrency } } as Config);

it('a password matches only its own hash, in any Unicode composition', async () => {
  const hasher = hasherOf(2);
  const hash = await hasher.hash('Zo\u00eb’s password');
  expect(await hasher.verify(hash, 'Zoe\u0308’s password')).toBe(true);
  expect(await hasher.verify(hash, 'zoë’s password')).toBe(false);
  expect(await hasher.verify(null, 'anything')).toBe(false);
});

it('a full queue is refused with unavailable instead of waiting', async () => {
  const hasher = hasherOf(1);
  const results = await Promise.allSettled(Array.from({ length: 40 }, () => hasher.verify(null, 'x')));
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused).toHaveLength(40 - 1 - 32);
  expect(refused[0]).toMatchObject({ reason: { code: 'unavailable' } });
  // The hasher accepts work again afterwards.
  expect(await hasher.verify(null, 'x')).toBe(false);
});
