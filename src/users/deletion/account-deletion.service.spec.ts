import type { Config } from '../../platform/config/config.js';
import { AccountDeletion } from './account-deletion.service.js';
import { DeletionSteps, type DeletionStepName } from './deletion-steps.js';

const process = (names: DeletionStepName[], billing: boolean) => {
  const steps = new DeletionSteps();
  for (const name of names) steps.register({ name });
  const config = { billing: { on: billing } } as Config;
  const deletion = new AccountDeletion({} as never, {} as never, {} as never, steps, {} as never, config);
  return { steps, start: () => deletion.onApplicationBootstrap() };
};
const ALL: DeletionStepName[] = ['billing', 'identities', 'rooms', 'sign-in', 'replies'];

it.each(ALL)('a process that does not know how %s of an account is deleted does not start', (missing) => {
  expect(
    process(
      ALL.filter((name) => name !== missing),
      true,
    ).start,
  ).toThrow(missing);
});

it('without billing there is nothing of it to delete', () => {
  expect(
    process(
      ALL.filter((name) => name !== 'billing'),
      false,
    ).start,
  ).not.toThrow();
});

it('steps are taken in one order, whatever the order of their registration', () => {
  const inOrder = ({ steps }: ReturnType<typeof process>) => steps.all.map(({ name }) => name);
  expect(inOrder(process(ALL, true))).toEqual(inOrder(process(ALL.toReversed(), true)));
});
