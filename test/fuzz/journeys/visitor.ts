import { seededId } from '../scenario/person.js';
import type { Journey } from './journey.js';

/** Open routes and the sandbox; none of these requests affects concurrent sequences. */
export const visitor: Journey = async (sequence) => {
  const { random } = sequence.cast;
  for (const id of ['getLiveness', 'getReadiness', 'showSubscribed', 'showNotSubscribed', 'logOut'])
    await sequence.step(null, id, {
      expect: [200, 204],
      headers: id.startsWith('show') ? { accept: 'text/html' } : {},
    });
  if (sequence.cast.target.isLimited) return;
  await sequence.step(null, 'advanceSandboxClock', { body: { advance_seconds: 0 }, expect: 200 });
  await sequence.step(null, 'listSandboxSms', { expect: 200 });
  const match = seededId(random);
  await sequence.step(null, 'scriptSandboxModel', {
    body: { scripts: [{ match, chunks: ['x'] }] },
    expect: 200,
  });
  await sequence.step(null, 'scriptSandboxStripe', {
    body: { scripts: [{ match: `GET /${match}`, outcome: 'slow' }] },
    expect: 200,
  });
  await sequence.step(null, 'setSandboxStripeWebhooks', { body: {}, expect: 200 });
  await sequence.step(null, 'releaseSandboxStripeWebhooks', { body: {}, expect: 200 });
  await sequence.step(null, 'listSandboxStripeCalls', { expect: 200 });
  const { body } = await sequence.step(null, 'listSandboxStripeEvents', { expect: 200 });
  const [event] = body.data as { id: string }[];
  if (event)
    await sequence.step(null, 'actInSandboxStripe', {
      body: { act: 'resend_event', id: event.id },
      expect: 204,
    });
};
