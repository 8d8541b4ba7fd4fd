import { segmentsOf } from './segments.js';

const marked = (snippet: string, matches: number[][]) =>
  segmentsOf(snippet, matches)
    .map(({ text, isMatch }) => (isMatch ? `[${text}]` : text))
    .join('');

it.each([
  ['At sunset the light', [[3, 9]], 'At [sunset] the light'],
  [
    'one two',
    [
      [0, 3],
      [4, 7],
    ],
    '[one] [two]',
  ],
  ['no match', [], 'no match'],
  ['😀 smile', [[0, 2]], '[😀] smile'],
  // Of a later version, or wrong: the text stays whole.
  ['short', [[3, 99]], 'short'],
  [
    'overlap',
    [
      [0, 4],
      [2, 6],
    ],
    '[over]lap',
  ],
  ['', [[0, 1]], ''],
])('%s is cut at %j', (snippet, matches, expected) => {
  expect(marked(snippet, matches)).toBe(expected);
});
