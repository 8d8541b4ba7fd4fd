import { Logger } from '@nestjs/common';
import {
  DAY,
  START,
  date,
  item,
  subscription,
  reader,
  only,
  price,
} from '../../../test/support/stripe-subscriptions.js';

beforeAll(() => Logger.overrideLogger(false));

describe('the fields of a subscription', () => {
  it('an active subscription is read with price, period and start', async () => {
    expect(await only({ subscriptions: [subscription()] })).toEqual({
      id: 'sub_1',
      status: 'active',
      priceId: 'price_pro',
      amount: 2000,
      currency: 'usd',
      priceInterval: 'month',
      currentPeriodEnd: date(START + 30 * DAY),
      cancelAtPeriodEnd: false,
      endsAt: null,
      pastDueSince: null,
      paymentProblem: null,
      revoked: null,
      paidUntil: null,
      scheduleId: null,
      startedAt: date(START),
    });
  });

  it.each([
    ['continues', {}, null],
    ['ends with its period', { cancel_at_period_end: true }, START + 30 * DAY],
    ['ends at a set time', { cancel_at: START + DAY }, START + DAY],
    [
      'ends at a set time, independent of its period',
      { cancel_at: START + DAY, cancel_at_period_end: true },
      START + DAY,
    ],
    ['has ended', { status: 'canceled', cancel_at: START + 9 * DAY, ended_at: START + DAY }, START + DAY],
  ])('a subscription that %s has the matching end', async (_, more, end) => {
    const { endsAt } = await only({ subscriptions: [subscription(more)] });
    expect(endsAt).toEqual(end === null ? null : date(end));
  });

  it.each([
    ['an id', 'sub_sched_1', 'sub_sched_1'],
    ['an object', { id: 'sub_sched_1' }, 'sub_sched_1'],
    ['null', null, null],
  ])('a schedule given as %s yields its id', async (_, schedule, expected) => {
    expect((await only({ subscriptions: [subscription({ schedule })] })).scheduleId).toBe(expected);
  });

  it('a subscription without items has no price and gives no Pro', async () => {
    const held = { subscriptions: [subscription({ items: { data: [] }, metadata: { user_id: 'user-1' } })] };
    expect(await only(held)).toMatchObject({
      priceId: null,
      amount: null,
      currency: null,
      priceInterval: null,
      currentPeriodEnd: null,
      revoked: 'other_price',
    });
  });

  it('the Pro item counts at any position', async () => {
    const held = { subscriptions: [subscription({ items: { data: [item('x', 1), item()] } })] };
    expect(await only(held)).toMatchObject({
      priceId: 'price_pro',
      currentPeriodEnd: date(START + 30 * DAY),
    });
  });

  it('a price without recurrence has no amount and no interval', async () => {
    const bare = { ...item(), price: { ...price(), recurring: null, unit_amount: null } };
    const held = { subscriptions: [subscription({ items: { data: [bare] } })] };
    expect(await only(held)).toMatchObject({ amount: null, priceInterval: null });
  });

  it('a subscription with another price gives no Pro and its invoices are not listed', async () => {
    const more = { items: { data: [item('x')] }, metadata: { user_id: 'user-1' } };
    const { asked, read } = reader({ subscriptions: [subscription(more)] });
    expect((await read())![0]).toMatchObject({ priceId: 'x', revoked: 'other_price' });
    expect(asked).toHaveLength(1);
  });

  it.each(['active', 'trialing', 'past_due', 'unpaid', 'incomplete'])(
    'the invoices of a subscription in status %s are listed',
    async (status) => {
      const { asked, read } = reader({ subscriptions: [subscription({ status })] });
      await read();
      expect(asked[1]).toEqual({ subscription: 'sub_1', limit: 30 });
    },
  );

  it.each(['canceled', 'incomplete_expired', 'paused', 'strange'])(
    'the invoices of a subscription in status %s are not listed',
    async (status) => {
      const { asked, read } = reader({ subscriptions: [subscription({ status })] });
      await read();
      expect(asked).toHaveLength(1);
    },
  );
});
