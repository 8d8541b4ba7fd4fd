import { Logger } from '@nestjs/common';
import { item, subscription, reader } from '../../../test/support/stripe-subscriptions.js';
import { StripeRefusal, StripeUnavailable } from './stripe-api.js';

beforeAll(() => Logger.overrideLogger(false));

describe('which subscriptions are read', () => {
  it.each([
    ['with a Pro price', {}, true],
    [
      'with another Pro price beside a foreign item',
      { items: { data: [item('x'), item('price_pro_yearly')] } },
      true,
    ],
    [
      'sold here, with a price that is no longer Pro',
      { items: { data: [item('x')] }, metadata: { user_id: 'user-1' } },
      true,
    ],
    [
      'sold here to another user, with another price',
      { items: { data: [item('x')] }, metadata: { user_id: 'u' } },
      false,
    ],
    ['of another product of the same seller', { items: { data: [item('x')] } }, false],
    ['of live mode', { livemode: true }, false],
  ])('a subscription %s is read: %p', async (_, more, isOurs) => {
    const found = await reader({ subscriptions: [subscription(more)] }).read();
    expect(found!.length).toBe(isOurs ? 1 : 0);
  });

  it('a subscription without items is refused as incomplete, one without times has no known period', async () => {
    const read = (more: object) => reader({ subscriptions: [subscription(more)] }).read();
    await expect(read({ items: undefined })).rejects.toBeInstanceOf(StripeUnavailable);
    await expect(read({ items: {} })).rejects.toBeInstanceOf(StripeUnavailable);
    const timeless = { ...item(), current_period_start: undefined, current_period_end: undefined };
    const [one] = (await read({ items: { data: [timeless] }, created: undefined, cancel_at: 'soon' }))!;
    expect(one).toMatchObject({ currentPeriodEnd: null, endsAt: null, startedAt: new Date(0) });
  });

  it('a live key reads only subscriptions of live mode', async () => {
    const held = { subscriptions: [subscription(), subscription({ id: 'sub_2', livemode: true })] };
    expect((await reader(held, 'sk_live_1').read())!.map(({ id }) => id)).toEqual(['sub_2']);
  });

  it('one call lists the subscriptions of every status', async () => {
    const { asked, read } = reader({});
    expect(await read()).toEqual([]);
    expect(asked).toEqual([{ customer: 'cus_1', status: 'all', limit: 100 }]);
  });

  it('a deleted customer reads as null, a customer that is not found is an error', async () => {
    expect(await reader({ missing: true, deleted: true }).read()).toBeNull();
    await expect(reader({ missing: true }).read()).rejects.toThrow(StripeRefusal);
  });

  it('an answer without a list is retried, not taken for a deleted customer', async () => {
    await expect(reader({ subscriptions: null }).read()).rejects.toThrow(StripeUnavailable);
  });
});
