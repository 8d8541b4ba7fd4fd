import type { Config } from '../../platform/config/config.js';
import { PasswordHasher } from './password-hasher.js';

const hasherOf = (passwordHashConcurrency: number) =>
  new PasswordHasher({ auth: { passwordHashConcurrency } } as Config);

it('a password is right for its own hash alone, however it was composed', async () => {
  const hasher = hasherOf(2);
  const hash = await hasher.hash('Zo\u00eb’s password');
  expect(await hasher.verify(hash, 'Zoe\u0308’s password')).toBe(true);
  expect(await hasher.verify(hash, 'zoë’s password')).toBe(false);
  expect(await hasher.verify(null, 'anything')).toBe(false);
});

it('past a sane queue it says so instead of keeping people waiting', async () => {
  const hasher = hasherOf(1);
  const results = await Promise.allSettled(Array.from({ length: 40 }, () => hasher.verify(null, 'x')));
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused).toHaveLength(40 - 1 - 32);
  expect(refused[0]).toMatchObject({ reason: { code: 'unavailable' } });
  // And is there again for the next one.
  expect(await hasher.verify(null, 'x')).toBe(false);
});
