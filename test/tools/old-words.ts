import ts from 'typescript';

/**
 * Pronouns that hide the noun which the reader needs, and idioms with a plain equivalent: *permanently*, *reported*, *continues*;
 * a person is *they* (CONTRIBUTING).
 */
const OLD_WORDS =
  /\b(?:nobody|somebody|someone|everybody|anybody|whoever|whomever|anew|in[\s*/]+earnest|for[\s*/]+ever|tells?[\s*/]+of|told[\s*/]+of|(?:is|are|was|were|been)[\s*/]+told|he|his|him)\b/giu;

/** Files whose comments and strings count, and not their code. */
const CODE = /\.(?:[cm]?[jt]sx?)$/;

export interface Place {
  line: number;
  word: string;
}

/** Places of a file that use an old word: in comments and strings of code, anywhere in other texts. */
export function oldWordsIn(path: string, text: string): Place[] {
  // Most files have none, and need no parser.
  if (text.search(OLD_WORDS) === -1) return [];
  const file = CODE.test(path) ? ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) : null;
  const spans = file ? proseSpans(file) : [{ start: 0, end: text.length }];
  return spans.flatMap(({ start, end }) =>
    [...text.slice(start, end).matchAll(OLD_WORDS)].map(({ 0: word, index }) => ({
      line: text.slice(0, start + index).split('\n').length,
      word: word.toLowerCase().replace(/[\s*/]+/, ' '),
    })),
  );
}

interface Span {
  start: number;
  end: number;
}

/** Comments and the texts of string and template literals; identifiers, keywords and regular expressions are not prose. */
function proseSpans(file: ts.SourceFile): Span[] {
  const spans: Span[] = [];
  const visit = (node: ts.Node): void => {
    // A JSDoc comment is trivia of the token behind it, too.
    const children = node.getChildren(file).filter((child) => !ts.isJSDoc(child));
    if (children.length > 0) {
      children.forEach(visit);
      return;
    }
    const start = node.getStart(file);
    // Between two tokens there is white space and comments, nothing else.
    if (start > node.getFullStart()) spans.push({ start: node.getFullStart(), end: start });
    if (ts.isStringLiteralLike(node) || isTemplatePart(node)) spans.push({ start, end: node.getEnd() });
  };
  visit(file);
  return spans;
}

const isTemplatePart = ({ kind }: ts.Node): boolean =>
  kind === ts.SyntaxKind.TemplateHead ||
  kind === ts.SyntaxKind.TemplateMiddle ||
  kind === ts.SyntaxKind.TemplateTail;
