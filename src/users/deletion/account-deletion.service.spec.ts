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
const ALL: DeletionStepName[] = ['events', 'billing', 'identities', 'rooms', 'sign-in', 'replies'];

it.each(ALL)('a process without the deletion step %s refuses to start', (missing) => {
  expect(
    process(
      ALL.filter((name) => name !== missing),
      true,
    ).start,
  ).toThrow(missing);
});

it('with BILLING=off the billing step is not required', () => {
  expect(
    process(
      ALL.filter((name) => name !== 'billing'),
      false,
    ).start,
  ).not.toThrow();
});

it('deletion steps run in a fixed order, regardless of their registration', () => {
  const inOrder = ({ steps }: ReturnType<typeof process>) => steps.all.map(({ name }) => name);
  expect(inOrder(process(ALL, true))).toEqual(inOrder(process(ALL.toReversed(), true)));
});
