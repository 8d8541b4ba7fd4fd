import type { Clock } from '../../platform/clock/clock.js';
import type { DailyLimit } from './daily-limit.js';
import type { UsageRepository } from './usage.repository.js';
import { UsageService } from './usage.service.js';

it('the usage of an account deleted between the guard and the statement is session_ended', async () => {
  const repository = { find: () => Promise.resolve(null) } as unknown as UsageRepository;
  const clock: Clock = { now: () => new Date() };
  const service = new UsageService(repository, clock);
  await expect(service.today('user-1', {} as DailyLimit)).rejects.toMatchObject({ code: 'session_ended' });
});
