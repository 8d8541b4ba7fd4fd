import * as prom from 'prom-client';
import { SystemClock } from '../../platform/clock/clock.js';
import type { Config } from '../../platform/config/config.js';
import { instruments } from '../../platform/metrics/instruments.js';
import type { Claim } from './claim.js';
import { LostClaim, ReplyLifecycle } from './reply-lifecycle.service.js';

const CONFIG = {
  llm: { providers: [], models: [], gemini: { model: 'm' }, servers: {} },
} as unknown as Config;
const registry = new prom.Registry();
for (const instrument of instruments()) instrument.start({ prom, registry, config: CONFIG });

/** A database in which no row has the attempt of the claim any more. */
const OTHERS_ROW = { run: async () => [], one: async () => null };
const lifecycle = new ReplyLifecycle(
  OTHERS_ROW as never,
  {} as never,
  new SystemClock(),
  {} as never,
  { newEventId: () => null } as never,
  { orMiss: (write: Promise<unknown>) => write } as never,
  {} as never,
);
const CLAIM = { id: 'r', attempt: 1 } as Claim;
const ENDING = { status: 'completed', content: '', finishReason: 'stop', errorCode: null } as const;

async function lostClaims(): Promise<number> {
  const line = (await registry.metrics())
    .split('\n')
    .find((one) => one.startsWith('chat_reply_claims_lost_total '));
  return Number(line!.split(' ')[1]);
}

it.each([
  ['flush', () => lifecycle.flush(CLAIM, 'text')],
  ['finish', () => lifecycle.finish(CLAIM, { ...ENDING, model: null, usage: null }, null)],
  ['fail', () => lifecycle.fail(CLAIM, 'internal', false, null)],
  ['retryLater', () => lifecycle.retryLater(CLAIM, new Date())],
  ['defer', () => lifecycle.defer(CLAIM, new Date())],
])('a worker that lost its claim gets LostClaim from %s, and it is counted', async (_, write) => {
  const before = await lostClaims();
  await expect(write()).rejects.toBeInstanceOf(LostClaim);
  expect(await lostClaims()).toBe(before + 1);
});

it('a sweeper that finds the reply ended counts no lost claim', async () => {
  const before = await lostClaims();
  await lifecycle.expire('r');
  expect(await lostClaims()).toBe(before);
});
