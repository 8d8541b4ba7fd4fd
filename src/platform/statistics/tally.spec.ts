import { putBack, takeCounted, Tally } from './tally.js';

const apples = new Tally('apples');
const pears = new Tally('pears');
beforeEach(() => void takeCounted());

it('counts are taken by name and label, in one order, and once', () => {
  pears.add('green');
  apples.add();
  apples.add('red', 2);
  apples.add('red');
  expect(takeCounted()).toEqual([
    { name: 'apples', label: '', count: 1 },
    { name: 'apples', label: 'red', count: 3 },
    { name: 'pears', label: 'green', count: 1 },
  ]);
  expect(takeCounted()).toEqual([]);
});

it('counts that are put back are added to those counted meanwhile', () => {
  apples.add('red', 2);
  const taken = takeCounted();
  apples.add('red');
  pears.add();
  putBack(taken);
  expect(takeCounted()).toEqual([
    { name: 'apples', label: 'red', count: 3 },
    { name: 'pears', label: '', count: 1 },
  ]);
});

it('a name belongs to one tally', () => {
  expect(() => new Tally('apples')).toThrow('apples');
});
