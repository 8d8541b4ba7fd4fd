import { API_BOUNDS, passedBound, SANDBOX_BOUNDS } from './json-bounds.js';

const bounds = { members: 3, values: 6, levels: 3 };
const object = (members: number) => JSON.stringify(Object.fromEntries(numbers(members).map((n) => [n, n])));
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

it.each([
  ['', null],
  ['1', null],
  ['[ ]', null],
  ['[[ ],[\t],[\r\n],{  },1]', null],
  [JSON.stringify(numbers(5)), null],
  [JSON.stringify(numbers(6)), 'holds more than 6 values'],
  ['[[],[],[],{},""]', null],
  ['[[],[],[],{},[1]]', 'holds more than 6 values'],
  ['[[1],{"a":{}}]', null],
  ['[[1],{"a":{ "b" : 1 }}]', null],
  ['[[1],{"a":[ 1 , 2 ]}]', 'holds more than 6 values'],
  [object(3), null],
  [object(4), 'has an object of more than 3 members'],
  ['{"a":1,"a":1,"a":1,"a":1}', 'has an object of more than 3 members'],
  ['[{"a":1,"b":2},{"a":1}]', null],
  ['{"a":[1,2,3,4]}', null],
  ['[[[]]]', null],
  ['{"a":1}{"a":1}{"a":1}', null],
  ['[{},{},{},{},1]', null],
  ['[\t\r\n ]1,1,1,1,1', null],
  ['[[[],[[]]]]', 'is nested deeper than 3 levels'],
  ['{"a":[],"b":[],"c":[],"d":[]}', 'has an object of more than 3 members'],
  ['[[[[]]]]', 'is nested deeper than 3 levels'],
  ['["[[[[",",,,,,,,","{{{{"]', null],
  ['["\\"[[[[","\\\\",",,,,,\\\\\\","]', null],
  ['["unfinished,,,,,,,', null],
  ['["unfinished\\",,,,,,,', null],
  [']]]]]1,,,,,', null],
])('%s passes: %s', (json, expected) => {
  expect(passedBound(json, bounds)).toBe(expected);
});

it('the count equals that of JSON.parse', () => {
  const count = (value: unknown): number =>
    value !== null && typeof value === 'object'
      ? Object.values(value).reduce((sum: number, part) => sum + count(part), 1)
      : 1;
  const samples = [{ a: [1, { b: ['x,y', '"', '\\'] }], 'c,"': {} }, [[], [[]], [{}, { d: [] }], null, true]];
  for (const sample of samples)
    for (const indent of [0, 2]) {
      const json = JSON.stringify(sample, null, indent);
      const values = count(sample);
      expect(passedBound(json, { members: 9, values, levels: 9 })).toBeNull();
      expect(passedBound(json, { members: 9, values: values - 1, levels: 9 })).not.toBeNull();
    }
});

it('the bounds of the API, and those of a script for the sandbox', () => {
  expect(API_BOUNDS).toEqual({ members: 100, values: 1000, levels: 32 });
  expect(SANDBOX_BOUNDS).toEqual({ members: 100, values: 20_000, levels: 32 });
});
