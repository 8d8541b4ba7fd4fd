/**
 * Grams of a folded text: what a block knows about a message. Three characters in a row, without white space. In scripts whose
 * words are not divided by spaces, or are one or two characters long, also single characters and pairs. Words of one and two
 * characters, so that short words can be found.
 */

/** Kinds of characters. */
const SPACE = 1;
/** A character that is a word, or a syllable of one, on its own: one of them can be searched for. */
const DENSE = 2;
const WORD = 3;
const OTHER = 4;

const DENSE_CHARACTER =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{Script=Yi}\p{Script=Javanese}\p{Script=Balinese}\p{Regional_Indicator}]|(?![\0-\x7f])\p{Extended_Pictographic}/u;
const WORD_CHARACTER = /[\p{L}\p{N}\p{M}]/u;
const SPACE_CHARACTER = /\s/u;

/** Kinds of the characters of the Basic Multilingual Plane; filled on demand. */
const KINDS = new Uint8Array(0x1_00_00);

function kindOf(point: number): number {
  if (point > 0xff_ff) return computeKind(point);
  return KINDS[point] || (KINDS[point] = computeKind(point));
}

function computeKind(point: number): number {
  const character = String.fromCodePoint(point);
  if (SPACE_CHARACTER.test(character)) return SPACE;
  if (DENSE_CHARACTER.test(character)) return DENSE;
  return WORD_CHARACTER.test(character) ? WORD : OTHER;
}

/** Numbers of the grams of a text, each once. */
export function gramsOf(folded: string): Set<number> {
  const points = pointsOf(folded);
  const kinds = points.map(kindOf);
  const grams = partGrams(points, kinds);
  for (const gram of wordGrams(points, kinds)) grams.add(gram);
  return grams;
}

/** Words of one and two characters. */
function wordGrams(points: readonly number[], kinds: readonly number[]): number[] {
  const grams: number[] = [];
  for (let begin = 0; begin < points.length; begin += 1) {
    if (kinds[begin] !== WORD) continue;
    let end = begin + 1;
    while (kinds[end] === WORD) end += 1;
    if (end - begin <= 2) grams.push(gramOf(WORD_GRAM, points, begin, end - begin));
    begin = end;
  }
  return grams;
}

function partGrams(points: readonly number[], kinds: readonly number[]): Set<number> {
  const grams = new Set<number>();
  for (let n = 0; n < points.length; n += 1) {
    const kind = kinds[n]!;
    if (kind === DENSE) grams.add(gramOf(PART_GRAM, points, n, 1));
    if (kind === SPACE || n + 1 >= points.length || kinds[n + 1] === SPACE) continue;
    if (kind === DENSE && kinds[n + 1] === DENSE) grams.add(gramOf(PART_GRAM, points, n, 2));
    else if (n + 2 < points.length && kinds[n + 2] !== SPACE) grams.add(gramOf(PART_GRAM, points, n, 3));
  }
  return grams;
}

const PART_GRAM = 0x2c1b_3c6d;
const WORD_GRAM = 0x297a_2d39;
const FIELD_GRAM = 0x51ed_270b;

/** The gram of a property of a message, as its room. */
export const fieldGram = (value: string): number => gramOf(FIELD_GRAM, pointsOf(value), 0, value.length);

/** 32 bits, the lower ones as good as the others (the finaliser of MurmurHash3). */
function gramOf(kind: number, points: readonly number[], from: number, length: number): number {
  let hash = kind;
  for (let n = from; n < from + length; n += 1) {
    hash = Math.imul(hash ^ points[n]!, 0xcc9e_2d51);
    hash = (hash << 15) | (hash >>> 17);
    hash = (Math.imul(hash, 5) + 0xe654_6b64) | 0;
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85eb_ca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) | 0;
}

function pointsOf(text: string): number[] {
  const points: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const point = text.codePointAt(at)!;
    if (point > 0xff_ff) at += 1;
    points.push(point);
  }
  return points;
}

/** A word of a query. */
export interface Term {
  text: string;
  /** One or two characters of a script with spaces between words: only a whole word matches. */
  isWord: boolean;
}

/**
 * The terms of a query, all of which a message must contain, in any order. White space divides them; every other character is
 * only itself. One or two signs without a letter or digit are left out.
 */
export function termsOf(foldedQuery: string): Term[] {
  return [...new Set(foldedQuery.split(/\s+/u))].flatMap((text): Term[] => {
    const kinds = pointsOf(text).map(kindOf);
    if (kinds.length >= 3 || kinds.includes(DENSE)) return [{ text, isWord: false }];
    return kinds.includes(WORD) ? [{ text, isWord: true }] : [];
  });
}

/**
 * Positions of a term in a folded text, in UTF-16 units.
 * @param from first position
 */
export function findTerm({ text, isWord }: Term, folded: string, from: number): number {
  if (!isWord) return folded.indexOf(text, from);
  const points = pointsOf(text);
  const [first, last] = [points[0]!, points.at(-1)!];
  for (let at = folded.indexOf(text, from); at >= 0; at = folded.indexOf(text, at + 1)) {
    const opens = kindOf(first) !== WORD || !isWordBefore(folded, at);
    const end = at + text.length;
    const closes = kindOf(last) !== WORD || end >= folded.length || kindOf(folded.codePointAt(end)!) !== WORD;
    if (opens && closes) return at;
  }
  return -1;
}

function isWordBefore(folded: string, at: number): boolean {
  if (at === 0) return false;
  const unit = folded.charCodeAt(at - 1);
  const isTrail = unit >= 0xdc_00 && unit <= 0xdf_ff && at > 1;
  return kindOf(folded.codePointAt(isTrail ? at - 2 : at - 1)!) === WORD;
}

/** True if a folded text contains every term. */
export const matchesAll = (terms: readonly Term[], folded: string): boolean =>
  terms.every((term) => findTerm(term, folded, 0) >= 0);

/** Grams to look up for a search: more make fewer false candidates, and each costs a read of a block. */
const MAX_GRAMS = 8;

/** Grams that every match has. Long terms first, and each term has one before any has two. */
export function gramsToFind(terms: readonly Term[]): number[] {
  const ofTerms = terms
    .toSorted((a, b) => b.text.length - a.text.length)
    .map((term) => spread(gramsOfTerm(term)));
  const found = new Set<number>();
  for (let round = 0; found.size < MAX_GRAMS && ofTerms.some((grams) => round < grams.length); round += 1)
    for (const grams of ofTerms) if (round < grams.length && found.size < MAX_GRAMS) found.add(grams[round]!);
  return [...found];
}

/** The ends of a term may be inside words, so its short words count only where the term is one. */
function gramsOfTerm({ text, isWord }: Term): number[] {
  const points = pointsOf(text);
  const kinds = points.map(kindOf);
  return isWord ? wordGrams(points, kinds) : [...partGrams(points, kinds)];
}

/** Every third first: neighbours share two characters, so they exclude less together. */
const spread = (grams: number[]): number[] =>
  [0, 1, 2].flatMap((offset) => grams.filter((_, n) => n % 3 === offset));
