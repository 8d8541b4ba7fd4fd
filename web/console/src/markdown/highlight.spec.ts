import fc from 'fast-check';
import { highlight } from './highlight.js';

const kindsOf = (code: string, language: string) =>
  Object.fromEntries(highlight(code, language).map(({ kind, text }) => [text, kind]));

const LANGUAGES =
  'ts java csharp cpp go rust kotlin swift php python ruby bash sql json yaml html css diff constructor unknown'.split(
    ' ',
  );
/** Pieces that begin and end what a language has; a text of them finds the edges. */
const PIECES = [
  ...'"\'`\\/*#-<>!=:${}()\n ;0.xe',
  '"""',
  '/*',
  '*/',
  '//',
  '<!--',
  'let',
  'class',
  'é',
  '😀',
];

it.each(LANGUAGES)('every character of %s comes out as it went in', (language) => {
  const code = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(code, (text) => {
      expect(
        highlight(text, language)
          .map((part) => part.text)
          .join(''),
      ).toBe(text);
    }),
  );
});

it('words, strings, numbers and comments are classified', () => {
  expect(kindsOf(`const a = f("if // no", 0x1F); // const`, 'TypeScript')).toMatchObject({
    const: 'keyword',
    f: 'name',
    '"if // no"': 'string',
    '0x1F': 'number',
    '// const': 'comment',
  });
  expect(kindsOf(`def f(x):\n  """if\nnot"""\n  return 1 # x`, 'py')).toMatchObject({
    def: 'keyword',
    '"""if\nnot"""': 'string',
    '# x': 'comment',
  });
  expect(kindsOf(`SELECT id FROM users -- all`, 'sql')).toMatchObject({
    SELECT: 'keyword',
    '-- all': 'comment',
  });
  expect(kindsOf(`{"a": "b", "c": null}`, 'json')).toMatchObject({
    '"a"': 'name',
    '"b"': 'string',
    null: 'keyword',
  });
  expect(kindsOf(`<a href="x">`, 'html')).toMatchObject({ '<a': 'tag', href: 'name', '"x"': 'string' });
  expect(kindsOf(`+a\n-b\n c`, 'diff')).toMatchObject({ '+a\n': 'added', '-b\n': 'removed', ' c': null });
});

it('an unknown language is one part, and so is a very long text', () => {
  expect(highlight('let a', 'nothing')).toEqual([{ kind: null, text: 'let a' }]);
  expect(highlight('let a;'.repeat(10_000), 'ts')).toHaveLength(1);
});
