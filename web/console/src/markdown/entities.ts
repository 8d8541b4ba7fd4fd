const NAMED: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  copy: '©',
  rarr: '→',
  larr: '←',
  times: '×',
};
const LAST_CODE_POINT = 0x10ffff;

/** Decodes HTML entities (`&lt;`, `&#60;`), which Markdown allows in text. Unknown names stay as they are. */
export const decoded = (text: string): string =>
  text.includes('&')
    ? text.replace(/&(#x[\da-f]{1,6}|#\d{1,7}|[a-z]{2,8});/gi, (whole, name: string) => {
        if (!name.startsWith('#')) return NAMED[name] ?? whole;
        const isHex = name[1] === 'x' || name[1] === 'X';
        const code = Number.parseInt(name.slice(isHex ? 2 : 1), isHex ? 16 : 10);
        return code > 0 && code <= LAST_CODE_POINT ? String.fromCodePoint(code) : whole;
      })
    : text;
