import fc from 'fast-check';
import { marked } from 'marked';
import { inline, markdownHead, markdownMessage, quoted } from './room-markdown.js';

const at = new Date('2026-11-20T09:00:30Z');
const reply = {
  role: 'model',
  content: 'Blue.',
  model: 'flash',
  status: 'completed',
  createdAt: at,
} as const;

/** Texts that would end a block, begin one, or hide what follows. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '```',
        '~~~~',
        '# ',
        '## You · now',
        '<!--',
        '<script>',
        '---',
        '===',
        '\n',
        '\r',
        '\r\n',
        '> ',
        '    ',
      ),
      fc.constantFrom('- ', '1. ', '[a]: http://x', '| a |', '\\', '*', '_', '\u2028', '\t', '<pre>', '$$'),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

it('no text changes the structure of the file: a name, and a heading and a quote for each message', () => {
  fc.assert(
    fc.property(
      text,
      fc.array(
        text.filter((content) => content.trim() !== ''),
        { maxLength: 4 },
      ),
      (name, contents) => {
        const file =
          markdownHead({ name: name || 'x', systemPrompt: null }) +
          contents.map((content) => markdownMessage({ ...reply, content })).join('');
        const blocks = marked.lexer(file).filter(({ type }) => type !== 'space');
        expect(blocks.map(({ type }) => type)).toEqual([
          'heading',
          ...contents.flatMap(() => ['heading', 'blockquote']),
        ]);
      },
    ),
    { numRuns: 500 },
  );
});

it('a quote without its marks is the text', () => {
  fc.assert(
    fc.property(text, (content) => {
      const lines = quoted(content).split('\n');
      expect(lines.every((line) => line === '>' || line.startsWith('> '))).toBe(true);
      expect(lines.map((line) => line.slice(2)).join('\n')).toBe(content.replaceAll(/\r\n?/g, '\n'));
    }),
  );
});

it('a name is one line of text', () => {
  expect(inline(' # a\n*b*\u2028[c](d) ')).toBe(String.raw`\# a \*b\* \[c\]\(d\)`);
});

it.each([
  [
    'a message',
    { ...reply, role: 'user', content: 'Why?' } as const,
    '\n## You · 2026-11-20 09:00 UTC\n\n> Why?\n',
  ],
  ['a reply', reply, '\n## Answer · flash · 2026-11-20 09:00 UTC\n\n> Blue.\n'],
  [
    'a failed reply',
    { ...reply, content: '', model: null, status: 'failed' } as const,
    '\n## Answer · 2026-11-20 09:00 UTC\n\n_failed_\n',
  ],
])('%s', (_, message, expected) => {
  expect(markdownMessage(message)).toBe(expected);
});

it('instructions come after the name', () => {
  expect(markdownHead({ name: 'Physics', systemPrompt: 'Be brief.' })).toBe(
    '# Physics\n\n## Instructions\n\n> Be brief.\n',
  );
});
