import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../tools/source-files.js';

export interface RegularExpression {
  /** `src/a.ts:12` */
  place: string;
  source: string;
  flags: string;
}

/** The regular expressions that are written in a file, and the places where one is put together from parts. */
export function regularExpressionsIn(
  path: string,
  text = readFileSync(path, 'utf8'),
): { literals: RegularExpression[]; made: string[] } {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const literals: RegularExpression[] = [];
  const made: string[] = [];
  const placeOf = (node: ts.Node) =>
    `${relative(ROOT, path)}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`;
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      literals.push({
        place: placeOf(node),
        source: node.text.slice(1, end),
        flags: node.text.slice(end + 1),
      });
    }
    if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText(file) === 'RegExp')
      made.push(placeOf(node));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { literals, made };
}
