import { BoundedMap } from './bounded-map.js';

it('forgets the entry that was written longest ago', () => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1).set('b', 2).set('a', 3).set('c', 4);
  expect([...map]).toEqual([
    ['a', 3],
    ['c', 4],
  ]);
  expect(map.getMany(['a', 'b'])).toEqual([3, undefined]);
});

describe('bounded in bytes', () => {
  const map = () => new BoundedMap<string, string>(100, { maxBytes: 10, sizeOf: (text) => text.length });

  it('forgets as many old entries as a new one needs, and keeps none that is larger than the whole', () => {
    const texts = map().set('a', 'xxx').set('b', 'xxx').set('c', 'xxxxxx');
    expect([...texts.keys()]).toEqual(['b', 'c']);
    texts.set('b', 'x'.repeat(11));
    expect([[...texts.keys()], texts.totalBytes]).toEqual([['c'], 6]);
  });

  it('counts what is there, whatever was written, replaced and deleted', () => {
    const texts = map().set('a', 'xxx').set('a', 'xx').set('b', 'x');
    texts.delete('nothing');
    expect(texts.totalBytes).toBe(3);
    texts.delete('a');
    expect(texts.totalBytes).toBe(1);
    texts.clear();
    expect(texts.totalBytes).toBe(0);
  });
});
