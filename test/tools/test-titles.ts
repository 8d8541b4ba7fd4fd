import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ROOT } from './source-files.js';

/** A text in quotes, on one line. */
const LITERAL = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\\n]|\\.)*)`/g;
/** What `it.each` puts values into: `%s`, `$name`. */
const HOLES = /%[a-z#]|\$\w+/g;

/** Does a file have a test of this title? One of `it.each` has the values of a row in it. */
export function hasTest(file: string, title: string): boolean {
  const path = resolve(ROOT, file);
  if (!existsSync(path)) return false;
  const literals = [...readFileSync(path, 'utf8').matchAll(LITERAL)].map(
    ([, single, double, back]) => single ?? double ?? back ?? '',
  );
  return literals.some((literal) => literal === title || isFilled(literal, title));
}

/** Is this the title of a row of `it.each`? Its fixed parts must be there, in order. */
function isFilled(literal: string, title: string): boolean {
  const parts = literal.split(HOLES);
  // A title that is nothing but a hole says nothing.
  if (parts.length === 1 || parts.join('').trim().length < 8) return false;
  if (!title.startsWith(parts[0]!) || !title.endsWith(parts.at(-1)!)) return false;
  let from = 0;
  for (const part of parts) {
    const at = title.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}
