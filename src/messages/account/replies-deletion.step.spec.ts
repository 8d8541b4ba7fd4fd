import { DeletionSteps } from '../../users/deletion/deletion-steps.js';
import { RepliesDeletionStep } from './replies-deletion.step.js';

it('the workers of a deleted account get one stop after the commit', async () => {
  const woken: unknown[] = [];
  const database = {
    run: async ({ name }: { name: string }) => (name === 'account-live-replies' ? [{ id: 'r1' }] : []),
  };
  const bus = { wake: (...event: unknown[]) => void woken.push(event) };
  const step = new RepliesDeletionStep(database as never, bus as never, new DeletionSteps());

  await step.erase({ userId: 'u1', mobileNumber: null }, {} as never);
  expect(woken).toEqual([]);
  for (const userId of ['u1', 'u1', 'u2']) await step.settle(userId);
  expect(woken).toEqual([['reply.stop', { replyId: 'r1' }]]);
});
