import { judgeSend, type CeilingLimits, type SendCounts } from './send-ceilings.js';

const LIMITS: CeilingLimits = { perPrefixPerHour: 100, perDay: 5000 };
const NONE: SendCounts = { prefix: 0, network: 0, block: 0, repeats: 0, all: 0 };
const FIRST = ['prefix', 'network', 'block', 'all'];
const REPEAT = ['prefix', 'network', 'repeats', 'all'];

it.each<[string, Partial<SendCounts>, Partial<CeilingLimits>, string | string[]]>([
  ['the first send of a network', {}, {}, FIRST],
  ['a further send of a network', { network: 1 }, {}, REPEAT],
  ['the last send to a prefix', { prefix: 99 }, {}, FIRST],
  ['a send past the prefix ceiling', { prefix: 100 }, {}, 'prefix'],
  [
    'a further send after repeated senders used their half',
    { network: 1, repeats: 2500, all: 2500 },
    {},
    'repeats',
  ],
  ['a first send after repeated senders used their half', { repeats: 2500, all: 2500 }, {}, FIRST],
  ['the last first send of the day', { all: 4999, repeats: 2500 }, {}, FIRST],
  ['a send past the day’s ceiling', { all: 5000 }, {}, 'day'],
  ['the last network of a block that counts as new', { block: 77 }, {}, FIRST],
  ['the next network of that block', { block: 78 }, {}, REPEAT],
  ['the next network of that block after the half is used', { block: 78, repeats: 2500 }, {}, 'repeats'],
  ['the sixteenth network of a block under a small ceiling', { block: 15, all: 15 }, { perDay: 20 }, FIRST],
  ['the seventeenth network of that block', { block: 16, all: 16 }, { perDay: 20 }, REPEAT],
  ['the only send of a day with a ceiling of one', {}, { perDay: 1 }, FIRST],
  ['the second send of that day', { network: 1, all: 1 }, { perDay: 1 }, 'day'],
  ['any send without a prefix limit', { prefix: 1e6 }, { perPrefixPerHour: null }, FIRST],
  ['any send without a day’s limit', { network: 9, all: 1e6, repeats: 1e6 }, { perDay: null }, ['prefix']],
])('%s', (_, counts, limits, expected) => {
  const verdict = judgeSend({ ...NONE, ...counts }, { ...LIMITS, ...limits });
  expect(verdict.send ? verdict.charge : verdict.reached).toEqual(expected);
});

/** Sends every request and returns how many were allowed. */
function sendAll(requests: Iterable<{ network: string; block: string }>, perDay: number): number {
  const counts = new Map<string, number>();
  const of = (key: string) => counts.get(key) ?? 0;
  let sent = 0;
  for (const { network, block } of requests) {
    const keys: Record<keyof SendCounts, string> = {
      prefix: 'p',
      network: `n${network}`,
      block: `b${block}`,
      repeats: 'r',
      all: 'a',
    };
    const now = Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, of(key)]));
    const verdict = judgeSend(now as never, { perPrefixPerHour: null, perDay });
    if (!verdict.send) continue;
    sent += 1;
    for (const name of verdict.charge) counts.set(keys[name], of(keys[name]) + 1);
  }
  return sent;
}

it('a few heavy senders get at most half of the day plus one send each', () => {
  const few = Array.from({ length: 20_000 }, (_, n) => ({ network: `${n % 10}`, block: `${n % 10}` }));
  expect(sendAll(few, 5000)).toBe(2500 + 10);
});

it('a whole /24 or /48 gets little more than one heavy sender', () => {
  const block = Array.from({ length: 20_000 }, (_, n) => ({ network: String(n), block: '1' }));
  expect(sendAll(block, 5000)).toBe(2500 + 78);
});

it('senders from many networks, with some resends, get the whole day', () => {
  const people = Array.from({ length: 10_000 }, (_, n) => ({
    network: String(n - (n % 3 === 2 ? 1 : 0)),
    block: String(n),
  }));
  expect(sendAll(people, 5000)).toBe(5000);
});
