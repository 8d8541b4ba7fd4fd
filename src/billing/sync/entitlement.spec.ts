import { entitlementOf, tierOf, type TierFacts } from './entitlement.js';

const at = (text: string) => new Date(`2026-${text}T00:00:00Z`);
const END = at('12-20');
const facts = (more: Partial<TierFacts>): TierFacts => ({
  status: 'active',
  currentPeriodEnd: END,
  endsAt: null,
  pastDueSince: null,
  paidUntil: null,
  revoked: null,
  ...more,
});
const BASIC = { tier: 'basic' };
const AS_BEFORE = { tier: 'as before' };
const until = (endsAt: Date) => ({ tier: 'pro', endsAt });

describe('the entitlement of a subscription', () => {
  it.each<[what: string, facts: TierFacts, expected: object]>([
    ['active: its period, and the grace after it', facts({}), until(at('12-27'))],
    ['trialing: the same', facts({ status: 'trialing' }), until(at('12-27'))],
    [
      'active again: its period, not the start of the debt',
      facts({ pastDueSince: at('11-20') }),
      until(at('12-27')),
    ],
    ['cancelled at the period’s end: until that second', facts({ endsAt: END }), until(END)],
    ['cancelled at a set time: until then', facts({ endsAt: at('12-01') }), until(at('12-01'))],
    [
      'cancelled in a year: no longer than an ongoing one',
      facts({ endsAt: new Date('2027-11-20') }),
      until(at('12-27')),
    ],
    ['in trial, cancelled: until then', facts({ status: 'trialing', endsAt: END }), until(END)],
    [
      'never paid: nothing',
      facts({ status: 'past_due', pastDueSince: at('11-20'), revoked: 'never_paid' }),
      BASIC,
    ],
    ['moved to another price: nothing', facts({ revoked: 'other_price' }), BASIC],
    ['refunded: nothing, at once', facts({ revoked: 'refunded' }), BASIC],
    ['a lost dispute: nothing, at once', facts({ revoked: 'disputed' }), BASIC],
    [
      'past due: grace from when the payment was due',
      facts({ status: 'past_due', pastDueSince: at('11-20') }),
      until(at('11-27')),
    ],
    [
      'past due for months: the grace of the first one',
      facts({ status: 'past_due', pastDueSince: at('09-20') }),
      until(at('09-27')),
    ],
    [
      'past due and cancelled: the earlier end',
      facts({ status: 'past_due', pastDueSince: at('11-20'), endsAt: at('11-22') }),
      until(at('11-22')),
    ],
    [
      'past due and refunded: nothing',
      facts({ status: 'past_due', pastDueSince: at('11-20'), revoked: 'refunded' }),
      BASIC,
    ],
    ['collection paused: the paid time, without grace', facts({ paidUntil: END }), until(END)],
    [
      'collection paused and cancelled earlier: until then',
      facts({ paidUntil: END, endsAt: at('12-01') }),
      until(at('12-01')),
    ],
    ['collection paused and never paid: over', facts({ paidUntil: new Date(0) }), until(new Date(0))],
    [
      'collection paused and past due: the earlier end',
      facts({ status: 'past_due', pastDueSince: at('11-20'), paidUntil: at('11-20') }),
      until(at('11-20')),
    ],
    [
      'collection paused and cancelled later: the paid time',
      facts({ paidUntil: at('12-01'), endsAt: END }),
      until(at('12-01')),
    ],
    [
      'past due without a period: what held before',
      facts({ status: 'past_due', currentPeriodEnd: null }),
      AS_BEFORE,
    ],
    ['incomplete: nothing yet', facts({ status: 'incomplete' }), BASIC],
    ['incomplete_expired: nothing', facts({ status: 'incomplete_expired' }), BASIC],
    ['canceled: nothing', facts({ status: 'canceled' }), BASIC],
    ['unpaid: nothing', facts({ status: 'unpaid' }), BASIC],
    ['paused: nothing', facts({ status: 'paused' }), BASIC],
    ['an unknown status: what held before', facts({ status: 'hibernating' }), AS_BEFORE],
    ['active without a period: what held before', facts({ currentPeriodEnd: null }), AS_BEFORE],
  ])('%s', (_, given, expected) => {
    expect(entitlementOf(given, 7)).toEqual(expected);
  });

  it('without grace Pro ends with the period or with the missed payment', () => {
    expect(entitlementOf(facts({}), 0)).toEqual(until(END));
    expect(entitlementOf(facts({ status: 'past_due', pastDueSince: at('11-20') }), 0)).toEqual(
      until(at('11-20')),
    );
  });

  it('Pro always has an end', () => {
    const words = ['active', 'trialing', 'past_due', 'incomplete', 'canceled', 'unpaid', 'paused', 'strange'];
    for (const status of words)
      for (const pastDueSince of [null, END])
        for (const endsAt of [null, END]) {
          const entitlement = entitlementOf(facts({ status, pastDueSince, endsAt }), 7);
          if (entitlement.tier === 'pro') expect(entitlement.endsAt).toBeInstanceOf(Date);
        }
  });
});

describe('the tier of subscriptions and a grant', () => {
  const RULES = {
    graceDays: 7,
    before: { tier: 'basic', endsAt: null },
    grantedUntil: null,
    defaultTier: 'basic',
  } as const;
  const BASIC_TIER = { tier: 'basic', endsAt: null };

  it.each<[what: string, subscriptions: TierFacts[], rules: object, expected: object]>([
    ['nothing: basic', [], {}, BASIC_TIER],
    ['nothing, and Pro before: basic', [], { before: until(END) }, BASIC_TIER],
    [
      'one of several: the one that lasts longest',
      [facts({ endsAt: at('12-01') }), facts({})],
      {},
      until(at('12-27')),
    ],
    ['a grant alone', [facts({ status: 'canceled' })], { grantedUntil: at('12-31') }, until(at('12-31'))],
    [
      'a grant that ends before the paid time',
      [facts({})],
      { grantedUntil: at('11-30') },
      until(at('12-27')),
    ],
    ['unknown status: what held before', [facts({ status: 'strange' })], { before: until(END) }, until(END)],
    ['unknown status, and basic before', [facts({ status: 'strange' })], {}, BASIC_TIER],
    [
      'unknown status, basic before, and a grant: the grant',
      [facts({ status: 'strange' })],
      { grantedUntil: at('12-31') },
      until(at('12-31')),
    ],
    [
      'unknown status, and Pro without end before: that',
      [facts({ status: 'strange' })],
      { before: { tier: 'pro', endsAt: null } },
      { tier: 'pro', endsAt: null },
    ],
    ['over, and Pro before: basic', [facts({ status: 'canceled' })], { before: until(END) }, BASIC_TIER],
    [
      'unknown status, and a grant that lasts longer',
      [facts({ status: 'strange' })],
      { before: until(END), grantedUntil: at('12-31') },
      until(at('12-31')),
    ],
    [
      'Pro as the default tier: Pro',
      [facts({ status: 'unpaid' })],
      { defaultTier: 'pro' },
      { tier: 'pro', endsAt: null },
    ],
  ])('%s', (_, subscriptions, rules, expected) => {
    expect(tierOf(subscriptions, { ...RULES, ...rules })).toEqual(expected);
  });
});
