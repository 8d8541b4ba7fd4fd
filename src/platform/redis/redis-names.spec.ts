import { counterKey, queuePrefix, tagOf } from './redis-names.js';

it.each([
  ['{a}:b', 'a'],
  ['x{a}{b}', 'a'],
  ['ab', 'ab'],
  ['{}a', '{}a'],
  ['a}b{c', 'a}b{c'],
])('the hash tag of %s is %s (Cluster specification)', (key, tag) => {
  expect(tagOf(key)).toBe(tag);
});

it('on one server the names are those of earlier versions', () => {
  for (const kind of ['single', 'sentinel'] as const)
    expect([queuePrefix(kind, 'sms'), counterKey(kind, 'u:1')]).toEqual(['{chat}', '{rate}:u:1']);
});

it('on Cluster each queue and each counter has a tag of its own', () => {
  const queues = (['sms', 'replies'] as const).map((name) => queuePrefix('cluster', name));
  const keys = [...queues, counterKey('cluster', 'u:1'), counterKey('cluster', 'u:2')];
  expect(keys.map(tagOf)).toEqual(['chat:sms', 'chat:replies', 'rate:u:1', 'rate:u:2']);
});
