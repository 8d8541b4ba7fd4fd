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
