/**
 * Folding for search: two texts that a reader takes for the same become equal. Case, accents, widths and ligatures go (NFKD,
 * without the marks that all scripts share, then NFC); a few letters that Unicode does not decompose are replaced. The work is
 * done here, not by PostgreSQL: its result depends on the locale of the server, and an installation may lack `unaccent`.
 */
export interface Folded {
  text: string;
  /** For each UTF-16 unit of `text` where its character begins in the original, and at the end the original's length. */
  starts: Int32Array;
}

/** Marks that are accents: those of all scripts, except the two that make another kana; the points of Hebrew; Arabic tatweel. */
const ACCENTS =
  /(?![\u3099\u309a])\p{Script=Inherited}|[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640]|\p{Default_Ignorable_Code_Point}/gu;
const LETTERS: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  þ: 'th',
  ı: 'i',
  ς: 'σ',
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'gu');
const IS_ASCII = /^[\0-\x7f]*$/;
/**
 * A character with its marks, also those of half-width kana; letters of Hangul that may form a syllable stay together. At most
 * 30 of each, the bound of Unicode's stream-safe format (UAX #15): normalisation sorts marks, in quadratic time.
 */
const CLUSTER = /[\u1100-\u11ff]{1,30}\p{M}{0,30}|[^\p{M}][\p{M}\uff9e\uff9f]{0,30}|\p{M}{1,30}/uy;

/** One fold for each UTF-16 unit of the Basic Multilingual Plane; filled on demand. */
const FOLDS = new Uint16Array(0x1_00_00);
/** Entries of {@link FOLDS}: not computed yet; a unit that its neighbours or several units change. */
const UNKNOWN = 0;
const COMPLEX = 0xff_ff;
const IS_COMPLEX = /[\p{M}\uff9e\uff9f\u1100-\u11ff\ud800-\udfff]/u;

/** Folds of clusters. Texts may hold any number of different ones, so the map is emptied when it is full. */
const CLUSTERS = new Map<string, string>();
const MAX_CLUSTERS = 20_000;
/** UTF-16 units of the longest cluster that is kept; longer ones are rare. */
const LONGEST_KEPT = 12;

/** The folded text. Linear: about 10 ns a character. */
export const fold = (text: string): string => {
  if (IS_ASCII.test(text)) return text.toLowerCase();
  const units: number[] = [];
  forEachCluster(text, (_, folded) => {
    if (typeof folded === 'number') units.push(folded);
    else for (let n = 0; n < folded.length; n += 1) units.push(folded.charCodeAt(n));
  });
  return fromUnits(units);
};

/** The folded text, with the way back to the original. */
export function foldWithStarts(text: string): Folded {
  const units: number[] = [];
  const starts: number[] = [];
  forEachCluster(text, (at, folded) => {
    const parts = typeof folded === 'number' ? String.fromCharCode(folded) : folded;
    for (let n = 0; n < parts.length; n += 1) {
      units.push(parts.charCodeAt(n));
      starts.push(at);
    }
  });
  starts.push(text.length);
  return { text: fromUnits(units), starts: Int32Array.from(starts) };
}

/** Calls back with the position of each character and its fold: a UTF-16 unit, or a text. */
function forEachCluster(text: string, take: (at: number, folded: number | string) => void): void {
  for (let at = 0; at < text.length;) {
    const single = foldOf(text.charCodeAt(at));
    const next = at + 1 < text.length ? foldOf(text.charCodeAt(at + 1)) : UNKNOWN;
    // A complex unit may be a mark of this character.
    if (single !== COMPLEX && next !== COMPLEX) {
      take(at, single);
      at += 1;
      continue;
    }
    CLUSTER.lastIndex = at;
    const cluster = CLUSTER.exec(text)?.[0] ?? text[at]!;
    take(at, foldCluster(cluster));
    at += cluster.length;
  }
}

function foldOf(unit: number): number {
  const known = FOLDS[unit]!;
  return known === UNKNOWN ? (FOLDS[unit] = computeFold(unit)) : known;
}

function computeFold(unit: number): number {
  const character = String.fromCharCode(unit);
  if (unit === UNKNOWN || IS_COMPLEX.test(character)) return COMPLEX;
  const folded = foldCharacters(character);
  return folded.length === 1 ? folded.charCodeAt(0) : COMPLEX;
}

function foldCluster(cluster: string): string {
  const known = CLUSTERS.get(cluster);
  if (known !== undefined) return known;
  const folded = foldCharacters(cluster);
  if (cluster.length > LONGEST_KEPT) return folded;
  if (CLUSTERS.size >= MAX_CLUSTERS) CLUSTERS.clear();
  CLUSTERS.set(cluster, folded);
  return folded;
}

const foldCharacters = (characters: string): string =>
  characters
    .normalize('NFKD')
    .replaceAll(ACCENTS, '')
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(ACCENTS, '')
    .replaceAll(LETTER, (letter) => LETTERS[letter]!)
    .normalize('NFC');

/** `String.fromCharCode` takes a limited number of arguments. */
const CHUNK = 8192;
function fromUnits(units: number[]): string {
  let text = '';
  for (let at = 0; at < units.length; at += CHUNK)
    text += String.fromCharCode(...units.slice(at, at + CHUNK));
  return text;
}
