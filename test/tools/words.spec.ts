import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { oldWordsIn } from './old-words.js';
import { ROOT } from './source-files.js';

/** Folders and files of prose, from the root. */
const PLACES = [
  'src',
  'packages',
  'web',
  'scripts',
  'bench',
  'migrations',
  'test',
  'docs',
  'postman',
  '.github',
  '.ci',
  'README.md',
  'CONTRIBUTING.md',
  '.env.example',
  'openapi.json',
];

const READ = /(?:\.(?:[cm]?[jt]sx?|md|ya?ml|sh|sql|json|html|css|py)|Dockerfile|\.env\.example|\.ci\/run)$/;
const SKIPPED = /(?:^|\/)(?:node_modules|dist|coverage|reports|\.stryker-tmp)\//;

/** Files that keep an old word, each with its reason. */
const EXCEPTIONS: Record<string, string> = {
  'test/tools/old-words.ts': 'names the words',
  'test/tools/words.spec.ts': 'tests the words',
  'CONTRIBUTING.md': 'shows sentences before and after',
  'src/platform/embedded-postgres/embedded-paths.ts': 'names the Unix user nobody',
  'docs/adr/0001-embedded-postgresql-with-a-runner-of-our-own.md': 'names the Unix user nobody',
  'test/e2e/import-files.e2e.ts': 'a text to import, with quotation marks',
  'migrations/1795000000000-initial-schema.ts': 'SQL that has run',
  'migrations/1797000000000-billing.ts': 'SQL that has run',
  'migrations/1798000000000-account-endings.ts': 'SQL that has run',
  'migrations/1798000100000-operators.ts': 'SQL that has run',
  'migrations/1798000400000-events-of-a-customer.ts': 'SQL that has run',
  'migrations/functions/note_live_reply.sql': 'SQL that has run, with its digest',
  'migrations/functions/reply_may_begin.sql': 'SQL that has run, with its digest',
};

function files(place: string): string[] {
  if (place.includes('.') && READ.test(place)) return [place];
  if (place === 'Dockerfile') return [place];
  return readdirSync(join(ROOT, place), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((path) => READ.test(path) && !SKIPPED.test(path));
}

const usesOf = (paths: string[]): string[] =>
  paths.flatMap((path) =>
    oldWordsIn(path, readFileSync(join(ROOT, path), 'utf8')).map(
      ({ line, word }) => `${path}:${line} ${word}`,
    ),
  );

describe('plain words', () => {
  const all = PLACES.flatMap(files);

  it('comments, titles, log lines and documents name the noun instead of a pronoun', () => {
    expect(usesOf(all.filter((path) => !(path in EXCEPTIONS)))).toEqual([]);
  });
});

describe('the search for old words', () => {
  const words = (text: string, path = 'a.ts'): string[] =>
    oldWordsIn(path, text).map(({ line, word }) => `${line} ${word}`);

  it.each([
    ['a line comment', '// nobody asks', ['1 nobody']],
    ['a doc comment', '/**\n * His turn.\n */\nconst a = 1;', ['2 his']],
    ['a comment behind the last statement', 'f();\n/* Whoever */', ['2 whoever']],
    ['a string', "log('told to someone');", ['1 someone']],
    ['each part of a template', '`somebody ${a} anew ${b} him`', ['1 somebody', '1 anew', '1 him']],
    ['words on two lines of a comment', '/**\n * in\n * earnest */', ['2 in earnest']],
    ['words that a line break divides', '`in\nearnest`', ['1 in earnest']],
    [
      'idioms',
      '// told of everybody; is told for ever',
      ['1 told of', '1 everybody', '1 is told', '1 for ever'],
    ],
  ])('reads %s', (_, text, found) => {
    expect(words(text)).toEqual(found);
  });

  it.each([
    ['an identifier', 'const nobody = him.his;'],
    ['a regular expression', 'const a = /nobody/;'],
    ['a part of a word', '// they, the, this, history, anewsletter, forever, told'],
  ])('passes over %s', (_, text) => {
    expect(words(text)).toEqual([]);
  });

  it('reads all of a document', () => {
    expect(words('# A\n\nSomebody pays.', 'a.md')).toEqual(['3 somebody']);
  });
});
