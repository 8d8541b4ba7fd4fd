/** A statement's text as PostgreSQL takes it, and the names of its parameters in the order of their numbers. */
export interface CompiledSql {
  text: string;
  parameters: string[];
}

const NAME_BEGINS = /[a-z]/;
const IN_NAME = /[A-Za-z0-9_]/;
/** A character after which a dollar is part of a name, as in `a$1`. */
const IN_IDENTIFIER = /[A-Za-z0-9_$\u0080-\uFFFF]/;

/**
 * Replaces `:name` by `$1`, `$2` …, numbered by first occurrence. Casts (`::uuid`), strings, quoted names, comments and
 * dollar-quoted bodies are kept.
 * @param what name of the statement, for errors
 * @throws Error for `$1` in the text, and for a string, name, comment or body without an end
 */
export function compileSql(source: string, what: string): CompiledSql {
  const numbers = new Map<string, number>();
  let text = '';
  let at = 0;
  const copyUntil = (end: number): void => {
    if (end < 0)
      throw new Error(
        `${what}: the text, name or comment that begins at "${source.slice(at, at + 20)}" has no end`,
      );
    text += source.slice(at, end);
    at = end;
  };
  while (at < source.length) {
    const [here, next = ''] = [source[at]!, source[at + 1]];
    if (here === "'") copyUntil(endOfString(source, at));
    else if (here === '"') copyUntil(endOfQuoted(source, at, '"'));
    else if (here === '-' && next === '-') copyUntil(endOf(source, '\n', at) || source.length);
    else if (here === '/' && next === '*') copyUntil(endOfComment(source, at));
    else if (here === '$' && !isPart(source[at - 1], IN_IDENTIFIER)) copyUntil(endOfBody(source, at, what));
    else if (here === ':' && next === ':') copyUntil(at + 2);
    else if (here === ':' && NAME_BEGINS.test(next)) {
      const end = endOfName(source, at + 1);
      const name = source.slice(at + 1, end);
      const number = numbers.get(name) ?? numbers.size + 1;
      numbers.set(name, number);
      text += `$${number}`;
      at = end;
    } else copyUntil(at + 1);
  }
  return { text, parameters: [...numbers.keys()] };
}

const isPart = (character: string | undefined, of: RegExp): boolean =>
  character !== undefined && of.test(character);

/** Position after the next `mark`; 0: there is none. */
function endOf(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  return found < 0 ? 0 : found + mark.length;
}

function endOfName(source: string, from: number): number {
  let end = from;
  while (isPart(source[end], IN_NAME)) end += 1;
  return end;
}

/** Position after a quoted text; a doubled quote is part of it. */
function endOfQuoted(source: string, from: number, quote: string, escape = ''): number {
  for (let at = from + 1; at < source.length; at += 1) {
    if (source[at] === escape) at += 1;
    else if (source[at] === quote) {
      if (source[at + 1] !== quote) return at + 1;
      at += 1;
    }
  }
  return -1;
}

/** Position after a string; a backslash escapes only in `e'…'`. */
function endOfString(source: string, from: number): number {
  const isEscaped = /[eE]/.test(source[from - 1] ?? '') && !isPart(source[from - 2], IN_IDENTIFIER);
  return endOfQuoted(source, from, "'", isEscaped ? '\\' : '');
}

/** Position after a comment; comments nest in PostgreSQL. */
function endOfComment(source: string, from: number): number {
  let depth = 0;
  for (let at = from; at < source.length; at += 1) {
    const pair = source.slice(at, at + 2);
    if (pair === '/*' || pair === '*/') {
      depth += pair === '/*' ? 1 : -1;
      at += 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

/** Position after a body `$$ … $$` or `$tag$ … $tag$`. */
function endOfBody(source: string, from: number, what: string): number {
  const tagEnd = endOfName(source, from + 1);
  if (source[tagEnd] !== '$') {
    const parameter = source.slice(from, tagEnd);
    throw new Error(`${what}: ${parameter} stands in the text; name the parameter, as in ":userId"`);
  }
  const tag = source.slice(from, tagEnd + 1);
  return endOf(source, tag, tagEnd + 1) || -1;
}
