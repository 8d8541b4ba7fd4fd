import { DAY, StripeScene } from '../testing.js';
import { forgetOld } from './forget-old.js';
import type { KeptEvent } from './kept.js';
import { emptyState, type StripeState } from './stripe-state.js';

const NOW = 1_800_000_000;

function stateWith(events: number, keys: number): StripeState {
  const state = emptyState();
  for (let n = 0; n < events; n += 1) state.events[`evt_${n}`] = { id: `evt_${n}` } as KeptEvent;
  for (let n = 0; n < keys; n += 1)
    state.idempotency[`key ${n}`] = {
      key: `${n}`,
      fingerprint: '',
      at: NOW,
      answer: { status: 200, body: '' },
    };
  return state;
}

it('the newest events and keys are kept', () => {
  const state = stateWith(1005, 310);
  forgetOld(state, NOW);
  expect([Object.keys(state.events).length, Object.keys(state.events)[0]]).toEqual([1000, 'evt_5']);
  expect([Object.keys(state.idempotency).length, Object.keys(state.idempotency)[0]]).toEqual([300, 'key 10']);
});

it('a key is good for a day', () => {
  const state = stateWith(0, 2);
  forgetOld(state, NOW + DAY);
  expect(Object.keys(state.idempotency)).toHaveLength(2);
  forgetOld(state, NOW + DAY + 1);
  expect(state.idempotency).toEqual({});
});

it('an event that was not delivered is kept, and deliveries go with their events', () => {
  const state = stateWith(1002, 0);
  const delivery = { dueAt: 0, attempts: [] };
  state.deliveries['whd_0'] = { ...delivery, id: 'whd_0', event: 'evt_0', state: 'held' };
  state.deliveries['whd_1'] = { ...delivery, id: 'whd_1', event: 'evt_1', state: 'delivered' };
  forgetOld(state, NOW);
  expect(Object.keys(state.events).slice(0, 2)).toEqual(['evt_0', 'evt_2']);
  expect(Object.keys(state.deliveries)).toEqual(['whd_0']);
});

it('live objects are kept', async () => {
  const scene = await StripeScene.start();
  const { id } = await scene.subscriber();
  for (let n = 0; n < 24; n += 1) await scene.pass(31 * DAY);
  expect(await scene.subscription(id)).toMatchObject({ status: 'active' });
  await scene.stop();
});
