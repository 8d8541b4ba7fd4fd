import { eventChecks, verdictOfTestEvents } from './event-checks.js';

const accepts = { delivered: true } as const;
const answers = (error: string) => ({ delivered: false, error, pauseMs: 0 }) as const;
const REFUSES = answers('status 401');

it.each([
  ['accepts the signed and refuses the forged', accepts, REFUSES, 'ok', []],
  ['accepts both', accepts, accepts, 'warning', ['EVENTS_WEBHOOK_SECRET']],
  ['refuses both', REFUSES, REFUSES, 'failed', ['EVENTS_WEBHOOK_SECRET']],
  ['redirects', answers('status 308'), REFUSES, 'failed', ['EVENTS_WEBHOOK_URL']],
  ['is another page', answers('status 404'), REFUSES, 'failed', ['EVENTS_WEBHOOK_URL']],
  ['fails', answers('status 500'), REFUSES, 'failed', ['EVENTS_WEBHOOK_URL']],
  ['is not there', answers('ECONNREFUSED'), REFUSES, 'failed', ['EVENTS_WEBHOOK_URL']],
])('a receiver that %s', (_, signed, forged, outcome, variables) => {
  const finding = verdictOfTestEvents(signed, forged);
  expect([finding.outcome, finding.fix?.variables ?? []]).toEqual([outcome, variables]);
});

it('without an address there is nothing to check', async () => {
  const [check] = eventChecks(null).checks;
  expect(await check!.run()).toMatchObject({ outcome: 'skipped' });
});
