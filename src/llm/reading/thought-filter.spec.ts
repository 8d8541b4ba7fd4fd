import { ThoughtFilter } from './thought-filter.js';

function filtered(...pieces: string[]) {
  const filter = new ThoughtFilter();
  const text = pieces.map((piece) => filter.push(piece)).join('') + filter.end();
  return { text, thoughtLength: filter.thoughtLength };
}

it.each([
  ['<think>no</think>yes', 'yes', 2],
  ['\n <think>no</think>\n\nyes', 'yes', 2],
  ['<think></think>yes', 'yes', 0],
  ['<think>a</think>\n<think>b</think> yes', 'yes', 2],
  ['<thinking>a </think> b</thinking>yes', 'yes', 12],
  ['<thought>no</thought>yes', 'yes', 2],
  ['<seed:think>no</seed:think>yes', 'yes', 2],
  ['<think>never ends', '', 10],
  ['<think>no</think>', '', 2],
  ['yes <think>yes</think>', 'yes <think>yes</think>', 0],
  ['<thin', '<thin', 0],
  ['<b>yes</b>', '<b>yes</b>', 0],
  ['  indented', '  indented', 0],
  [' \n ', ' \n ', 0],
  ['', '', 0],
])('%j is %j, wherever it is cut', (whole, text, thoughtLength) => {
  const cuts = Array.from({ length: whole.length + 1 }, (_, at) => [whole.slice(0, at), whole.slice(at)]);
  for (const pieces of [...cuts, [...whole]]) {
    const result = filtered(...pieces);
    expect(result.text).toBe(text);
    // The last characters of an unclosed thought may be a part of its closing tag.
    expect(thoughtLength - result.thoughtLength).toBeLessThanOrEqual(whole.includes('</') ? 0 : 7);
  }
});

it('the filter holds back at most a gap before a tag', () => {
  const filter = new ThoughtFilter();
  expect(filter.push(' '.repeat(2000))).toHaveLength(2000);
});
