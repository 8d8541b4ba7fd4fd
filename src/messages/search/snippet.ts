import { foldWithStarts, type Folded } from './fold.js';
import { findTerm, type Term } from './grams.js';

/** Half-open range of UTF-16 units. */
export type Range = [start: number, end: number];

export interface Snippet {
  text: string;
  /** Where terms occur in `text`, in order, without overlaps. */
  matches: Range[];
}

/** UTF-16 units of a snippet, and of those before its first match. */
const LENGTH = 240;
const BEFORE = 60;
/** Ranges of one snippet. */
const MAX_MATCHES = 50;

/** A part of the text around the first occurrence of the longest term. Offsets refer to the part, which is not changed. */
export function snippetOf(content: string, terms: readonly Term[]): Snippet {
  const folded = foldWithStarts(content);
  const longest = terms.reduce((a, b) => (b.text.length > a.text.length ? b : a));
  const first = rangeIn(folded, findTerm(longest, folded.text, 0), longest);
  const begin = startOfCharacter(folded, Math.max(0, first[0] - BEFORE));
  const end = endOfSnippet(folded, content, begin);
  const ranges = terms.flatMap((term) => occurrences(folded, term, begin, end));
  return {
    text: content.slice(begin, end),
    matches: merged(ranges)
      .slice(0, MAX_MATCHES)
      .map(([from, to]) => [from - begin, to - begin]),
  };
}

/** At the end of a character; a character with thousands of marks is cut, between two code points. */
function endOfSnippet(folded: Folded, content: string, begin: number): number {
  const wanted = Math.min(content.length, begin + LENGTH);
  const end = startOfCharacter(folded, wanted);
  if (end - begin <= 2 * LENGTH) return end;
  const isInPair = /[\udc00-\udfff]/.test(content[wanted]!);
  return isInPair ? wanted + 1 : wanted;
}

/** The occurrences of a term that overlap the part from `begin` to `end`, cut to it. */
function occurrences(folded: Folded, term: Term, begin: number, end: number): Range[] {
  const found: Range[] = [];
  let from = Math.max(0, firstAt(folded, begin) - term.text.length);
  for (;;) {
    const at = findTerm(term, folded.text, from);
    if (at < 0) return found;
    const [start, stop] = rangeIn(folded, at, term);
    if (start >= end) return found;
    if (stop > begin) found.push([Math.max(start, begin), Math.min(stop, end)]);
    from = at + term.text.length;
  }
}

/** Where the characters of an occurrence stand in the original. */
function rangeIn({ starts }: Folded, at: number, { text }: Term): Range {
  const last = starts[at + text.length - 1]!;
  let next = at + text.length;
  while (next < starts.length - 1 && starts[next] === last) next += 1;
  return [starts[at]!, starts[next]!];
}

/** First unit of the folded text whose character begins at or after the offset. */
function firstAt({ starts }: Folded, offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The offset, or the start of the next character where it is inside of one. */
const startOfCharacter = (folded: Folded, offset: number): number => folded.starts[firstAt(folded, offset)]!;

/** In order; ranges that overlap become one. */
function merged(ranges: Range[]): Range[] {
  const result: Range[] = [];
  for (const [start, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const before = result.at(-1);
    if (before && start <= before[1]) before[1] = Math.max(before[1], end);
    else result.push([start, end]);
  }
  return result;
}
