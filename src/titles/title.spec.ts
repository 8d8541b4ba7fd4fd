import { titleFrom } from './title.js';

describe('the title in an answer', () => {
  it.each([
    ['a plain title', 'How tides work', 'How tides work'],
    ['the first line that has a word', '\n\n---\nHow tides work\nAnd more', 'How tides work'],
    ['a title in quotes, with a full stop', '“How tides work.”', 'How tides work'],
    ['a heading', '## How tides work', 'How tides work'],
    ['a list item', '1. How tides work', 'How tides work'],
    ['a label', 'Title: How tides work', 'How tides work'],
    ['emphasis', '**How** _tides_ `work`', 'How tides work'],
    ['a link', '[How tides work](https://evil.example)', 'How tides work'],
    ['an address', 'How tides work https://evil.example/?q=1', 'How tides work'],
    ['markup', '<script>alert(1)</script>How tides work', 'alert(1) How tides work'],
    [
      'an open tag',
      'How tides work <img src=x onerror=alert(1)',
      'How tides work img src=x onerror=alert(1)',
    ],
    ['characters that reorder text', 'How \u202etides\u2066 work\u0007', 'How tides work'],
    ['joiners of a script and of an emoji', 'क्‍ष 👩‍👩‍👧', 'क्‍ष 👩‍👩‍👧'],
    ['a language without spaces', '「潮の満ち引きの仕組み」', '潮の満ち引きの仕組み'],
    ['a question', 'How do tides work?', 'How do tides work?'],
    ['a lone half of a surrogate pair', 'How tides work \ud83d', 'How tides work'],
  ])('%s', (_, answer, title) => {
    expect(titleFrom(answer)).toBe(title);
  });

  it.each([
    ['nothing', ''],
    ['marks only', '*** ---\n###'],
    ['markup only', '<b></b>'],
    ['an address only', 'https://evil.example'],
    ['emoji only', '🎉'],
  ])('%s is no title', (_, answer) => {
    expect(titleFrom(answer)).toBeNull();
  });

  it('has at most 60 characters, whatever the answer', () => {
    for (const answer of [
      'x'.repeat(100_000),
      'word '.repeat(50),
      '👩‍👩‍👧'.repeat(200) + 'a',
      '< '.repeat(40_000),
    ])
      expect(Array.from(titleFrom(answer) ?? '').length).toBeLessThanOrEqual(60);
  });
});
