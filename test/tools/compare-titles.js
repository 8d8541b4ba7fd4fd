import { execFileSync } from 'node:child_process';
import ts from 'typescript';

/**
 * Tests that a version has lost or won against another, by their titles: `node test/tools/compare-titles.js main~20 HEAD`.
 * A test that moved to another file is neither. Fails when one is lost, so that a redesign of the suite shows that it
 * kept every guarantee.
 */
const [before, after = 'HEAD'] = process.argv.slice(2);
if (!before) {
  process.stderr.write(
    'Name a commit to compare with: node test/tools/compare-titles.js <before> [<after>]\n',
  );
  process.exit(2);
}
const git = (...words) => execFileSync('git', words, { encoding: 'utf8', maxBuffer: 1 << 28 });

/** `it`, `test`, `it.each(rows)`, `it.skip`: what is called with a title. */
function isTest(callee) {
  if (ts.isIdentifier(callee)) return ['it', 'test'].includes(callee.text);
  if (ts.isPropertyAccessExpression(callee) || ts.isCallExpression(callee)) return isTest(callee.expression);
  return false;
}

/** Titles of a version's tests, each with its files. */
function titlesOf(commit) {
  const titles = new Map();
  const files = git('ls-tree', '-r', '--name-only', commit)
    .split('\n')
    .filter((path) => /\.(?:spec|e2e|chaos)\.ts$/.test(path));
  for (const path of files) {
    const file = ts.createSourceFile(path, git('show', `${commit}:${path}`), ts.ScriptTarget.Latest, true);
    const visit = (node) => {
      const title =
        ts.isCallExpression(node) &&
        isTest(node.expression) &&
        node.arguments.length > 1 &&
        node.arguments[0];
      if (title) {
        const text = ts.isStringLiteralLike(title) ? title.text : title.getText(file);
        titles.set(text, [...(titles.get(text) ?? []), path]);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return { titles, files: files.length };
}

const [old, now] = [titlesOf(before), titlesOf(after)];
const missing = (from, to) =>
  [...from.titles].flatMap(([title, paths]) => {
    const more = paths.length - (to.titles.get(title)?.length ?? 0);
    return more > 0 ? [`${paths.join(', ')}: ${title}`] : [];
  });
const lost = missing(old, now);
const won = missing(now, old);
const count = ({ titles, files }) => `${[...titles.values()].flat().length} tests in ${files} files`;
process.stdout.write(
  [
    `${before}: ${count(old)}`,
    `${after}: ${count(now)}`,
    '',
    `lost: ${lost.length}`,
    ...lost,
    '',
    `won: ${won.length}`,
    ...won,
    '',
  ].join('\n'),
);
process.exitCode = lost.length > 0 ? 1 : 0;
