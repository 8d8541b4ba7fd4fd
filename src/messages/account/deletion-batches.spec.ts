import { deletionBatches } from './deletion-batches.js';

it.each([
  ['nothing', [], []],
  [
    'small rooms, together',
    [
      { id: 'a', size: 3 },
      { id: 'b', size: 7 },
    ],
    [{ roomIds: ['a', 'b'], fromSeq: 1, toSeq: 10 }],
  ],
  [
    'rooms that are too much together',
    [
      { id: 'a', size: 6 },
      { id: 'b', size: 5 },
      { id: 'c', size: 5 },
    ],
    [
      { roomIds: ['a'], fromSeq: 1, toSeq: 10 },
      { roomIds: ['b', 'c'], fromSeq: 1, toSeq: 10 },
    ],
  ],
  [
    'a large room, in pieces, beside an empty one',
    [
      { id: 'a', size: 21 },
      { id: 'b', size: 0 },
    ],
    [
      { roomIds: ['a'], fromSeq: 1, toSeq: 10 },
      { roomIds: ['a'], fromSeq: 11, toSeq: 20 },
      { roomIds: ['a'], fromSeq: 21, toSeq: 30 },
      { roomIds: ['b'], fromSeq: 1, toSeq: 10 },
    ],
  ],
])('%s: rooms become batches', (_, rooms, batches) => {
  expect(deletionBatches(rooms, 10)).toEqual(batches);
});
