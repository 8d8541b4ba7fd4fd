import { languageOf, type Language } from './languages.js';

export type CodeKind = 'keyword' | 'string' | 'number' | 'comment' | 'name' | 'tag' | 'added' | 'removed';
export interface CodePart {
  /** Null: plain text. */
  kind: CodeKind | null;
  text: string;
}

/** Code above this length is not highlighted: scanning it on each update would block typing. */
const LONGEST = 50_000;

/** Splits code into classified parts. The parts joined equal the code; code in an unknown language is one part. */
export function highlight(code: string, name: string): readonly CodePart[] {
  const language = languageOf(name);
  if (!language || code.length > LONGEST) return [{ kind: null, text: code }];
  return language.isByLine ? byLine(code) : scanned(code, language);
}

function scanned(code: string, { rules, keywords, ignoresCase }: Language): CodePart[] {
  const parts: CodePart[] = [];
  const add = (kind: CodeKind | null, text: string) => {
    const last = parts.at(-1);
    if (last && last.kind === kind) last.text += text;
    else parts.push({ kind, text });
  };
  for (let at = 0; at < code.length;) {
    const found = firstMatch(code, at, rules);
    if (!found) {
      add(null, code[at]!);
      at += 1;
      continue;
    }
    const { text, kind } = found;
    at += text.length;
    if (kind !== 'word') add(kind, text);
    else if (keywords.has(ignoresCase ? text.toLowerCase() : text)) add('keyword', text);
    else add(code[at] === '(' ? 'name' : null, text);
  }
  return parts;
}

function firstMatch(code: string, at: number, rules: Language['rules']) {
  for (const [kind, pattern] of rules) {
    pattern.lastIndex = at;
    const text = pattern.exec(code)?.[0];
    if (text) return { kind, text };
  }
  return null;
}

/** Classifies the lines of a diff by their first character. */
function byLine(code: string): CodePart[] {
  return code.split(/(?<=\n)/).map((text) => ({
    text,
    kind: text.startsWith('+')
      ? 'added'
      : text.startsWith('-')
        ? 'removed'
        : text.startsWith('@@')
          ? 'comment'
          : null,
  }));
}
