import type { Config } from '../../platform/config/config.js';
import { AdjustableClock } from '../../platform/clock/clock.js';
import type { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

const clock = new AdjustableClock();
const ago = (minutes: number) => new Date(clock.now().getTime() - minutes * 60_000);

/** Whether a request is fresh, for a session proven at this time (null: ended) and a token with this proof of its own. */
async function isFresh(ofSession: Date | null, provenAt?: Date | null): Promise<boolean> {
  const sessions = { authenticatedAt: async () => ofSession } as unknown as SessionsRepository;
  const config = { otp: { delivery: 'twilio' }, auth: { refreshTokenTtlDays: 1 } } as Config;
  const none = {} as never;
  const service = new SessionsService(sessions, none, none, none, clock, config);
  const principal = {
    userId: 'u',
    sessionId: 's',
    expiresAtMs: 0,
    ...(provenAt !== undefined && { provenAt }),
  };
  return service.assertFresh(principal).then(
    () => true,
    () => false,
  );
}

it.each<[string, Date | null, Date | null | undefined, boolean]>([
  ['our own token of a session that was proven recently', ago(5), undefined, true],
  ['our own token of a session that was proven long ago', ago(11), undefined, false],
  ['our own token of a session that has ended', null, undefined, false],
  ['another issuer’s token with a recent proof', ago(60), ago(5), true],
  ['another issuer’s token with an old proof, in a session proven recently', ago(5), ago(11), false],
  ['another issuer’s token without a proof', ago(5), null, false],
  ['another issuer’s token with a recent proof, of an ended session', null, ago(5), false],
])('%s', async (_, ofSession, provenAt, fresh) => {
  expect(await isFresh(ofSession, provenAt)).toBe(fresh);
});
