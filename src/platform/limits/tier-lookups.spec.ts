import { jest } from '@jest/globals';
import type { Tier } from '../config/tier.js';
import { TierLookups } from './tier-lookups.js';

const answer = jest.fn<(userId: string) => Promise<Tier>>();
let lookups: TierLookups;
beforeEach(() => {
  answer.mockReset();
  lookups = new TierLookups({ tierOf: answer });
});

it('concurrent lookups of a user share one query, and a later lookup sends its own', async () => {
  answer.mockResolvedValue('basic');
  expect(await Promise.all([lookups.tierOf('a'), lookups.tierOf('a')])).toEqual(['basic', 'basic']);
  answer.mockResolvedValue('pro');
  expect(await lookups.tierOf('a')).toBe('pro');
  expect(answer).toHaveBeenCalledTimes(2);
});

it('during an outage the last known tier holds, and basic for an unknown one', async () => {
  answer.mockResolvedValueOnce('pro').mockRejectedValue(new Error('down'));
  await lookups.tierOf('a');
  expect([await lookups.tierOf('a'), await lookups.tierOf('b')]).toEqual(['pro', 'basic']);
});

it('a lookup does not wait for a database that hangs', async () => {
  jest.useFakeTimers();
  answer.mockReturnValue(new Promise(() => undefined));
  const tier = lookups.tierOf('a');
  await jest.advanceTimersByTimeAsync(1000);
  expect(await tier).toBe('basic');
  jest.useRealTimers();
});
