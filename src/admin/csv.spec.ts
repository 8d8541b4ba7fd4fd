import { toCsv } from './csv.js';

const lineOf = (value: unknown) =>
  toCsv(['a', 'b'], [{ a: value, b: 1 }])
    .split('\r\n')
    .slice(1, -1)
    .join('\r\n');

it.each([
  ['plain', 'plain,1'],
  [null, ',1'],
  [undefined, ',1'],
  [true, 'true,1'],
  [-3, '-3,1'],
  ['+14155550100', '+14155550100,1'],
  ['a,b', '"a,b",1'],
  ['say "hi"', '"say ""hi""",1'],
  ['two\r\nlines', '"two\r\nlines",1'],
  [{ completed: 1 }, '"{""completed"":1}",1'],
  ['=1+1', "'=1+1,1"],
  ['=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")",1'],
  ['@sum', "'@sum,1"],
  ['-cmd', "'-cmd,1"],
  ['\tx', "'\tx,1"],
])('%j is written as %j', (value, line) => {
  expect(lineOf(value)).toBe(line);
});

it('the names come first, and every line ends', () => {
  expect(toCsv(['id', 'name'], [])).toBe('id,name\r\n');
});
