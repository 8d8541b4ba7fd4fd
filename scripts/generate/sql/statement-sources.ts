import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { statements, type Statement } from '../../../src/platform/database/statement.js';

/** A statement and the place of its declaration. */
export interface DeclaredStatement {
  statement: Statement;
  /** Its folder of `src/`. */
  feature: string;
  /** Its doc comment, or that of the function that makes it, without the comment marks. */
  doc: string[];
}

/** A declaration of a file, from its doc comment on. */
interface Declaration {
  /** File and line as one number, for sorting. */
  order: string;
  feature: string;
  doc: string[];
  text: string;
  /** Statements of the same file, by name. */
  others: Map<string, Declaration>;
}

/** Finds every statement of the product, by file and line. Loads the modules that declare them. */
export async function declaredStatements(): Promise<DeclaredStatement[]> {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
    .toSorted()
    .map((path) => ({ path, source: readFileSync(join('src', path), 'utf8').replaceAll('\r\n', '\n') }))
    .filter(({ source }) => source.includes('statement.js'));
  for (const { path } of files)
    await import(new URL(`../../../src/${path.replace(/\.ts$/, '.js')}`, import.meta.url).href);
  const declarations = files.flatMap(({ path, source }) => declarationsOf(path, source));
  return statements()
    .map((statement) => ({ statement, declaration: declarationOf(statement.name, declarations) }))
    .toSorted((a, b) => (a.declaration.order < b.declaration.order ? -1 : 1))
    .map(({ statement, declaration: { feature, doc, text, others } }) => ({
      statement,
      feature,
      doc: doc.length > 0 ? doc : (others.get(/= (\w+)[<(]/.exec(text)?.[1] ?? '')?.doc ?? []),
    }));
}

const BEGINS = /^(?:\/\*\*|(?:export )?(?:async )?(?:const|function|class|interface|type) )/;

function declarationsOf(path: string, source: string): Declaration[] {
  const others = new Map<string, Declaration>();
  const found: Declaration[] = [];
  const lines = source.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    if (!BEGINS.test(lines[at]!)) continue;
    const begin = at;
    if (lines[at]!.startsWith('/**')) while (!lines[at]!.endsWith('*/')) at += 1;
    const doc = lines.slice(begin, lines[begin]!.startsWith('/**') ? at + 1 : begin);
    const head = doc.length > 0 ? at + 1 : at;
    let end = head + 1;
    while (end < lines.length && !BEGINS.test(lines[end]!)) end += 1;
    at = end - 1;
    const text = lines.slice(head, end).join('\n');
    const declaration: Declaration = {
      order: `${path}:${String(begin).padStart(6, '0')}`,
      feature: path.split('/')[0]!,
      doc: withoutMarks(doc),
      text,
      others,
    };
    found.push(declaration);
    others.set(/(?:const|function|class) (\w+)/.exec(text)?.[1] ?? '', declaration);
  }
  return found;
}

/** Names are string literals, or templates of a prefix and a value. */
function declarationOf(name: string, declarations: Declaration[]): Declaration {
  const parts = name.split('-').map((_, at, all) => `\`${all.slice(0, at).join('-')}-\${`);
  const found =
    declarations.find(({ text }) => text.includes(`'${name}'`)) ??
    declarations.find(({ text }) => parts.slice(1).some((part) => text.includes(part)));
  if (!found) throw new Error(`where is the statement ${name} declared? Its name must stand in the source`);
  return found;
}

const withoutMarks = (doc: string[]): string[] =>
  doc
    .map((line) =>
      line
        .replace(/^(?:\/\*\*| \*\/| \*) ?/, '')
        .replace(/ ?\*\/$/, '')
        .replaceAll(/\{@link (\w+)\}/g, '$1')
        .trimEnd(),
    )
    .filter((line) => line !== '' && !line.startsWith('@param'));
