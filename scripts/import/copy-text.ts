const SPECIAL = /[\\\t\n\r]/g;
const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** Formats a row for PostgreSQL's COPY, in its text format. */
export const copyLine = (values: (string | number | null)[]): string =>
  `${values.map((value) => (value === null ? '\\N' : escaped(String(value)))).join('\t')}\n`;

const escaped = (text: string): string => text.replace(SPECIAL, (character) => ESCAPED[character]!);
