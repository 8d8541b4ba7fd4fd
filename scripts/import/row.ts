import { codePoints } from '../../src/platform/fields/fields.js';
import type { Header } from './columns.js';
import { BadRow } from './faults.js';
import { readTime } from './times.js';

/** An index row of PostgreSQL holds 2,700 bytes; this is safely below. */
const MOST_ID = 255;
/** Tolerance for clocks that differ; a later time is rejected. */
const AHEAD_MS = 24 * 3600 * 1000;

/** The values of a row by column. An empty value and `\N`, as MySQL and PostgreSQL write null, count as missing. */
export class Row<Column extends string> {
  /** @throws BadRow */
  constructor(
    private readonly header: Header,
    private readonly fields: string[],
    private readonly now: Date,
  ) {
    if (fields.length !== header.width)
      throw new BadRow(`the row has ${fields.length} columns, the header has ${header.width}`);
    if (fields.some((field) => field.includes('\0'))) throw new BadRow('the row contains NUL');
  }

  /** The value unchanged, not trimmed. */
  text(column: Column): string | null {
    const field = this.fields[this.header.at.get(column) ?? -1];
    return field === undefined || field === '' || field === '\\N' ? null : field;
  }

  trimmed(column: Column): string | null {
    return this.text(column)?.trim() || null;
  }

  /**
   * An id of the old backend: integer, UUID, any text.
   * @throws BadRow
   */
  id(column: Column): string {
    const id = this.trimmed(column);
    if (id === null) throw new BadRow(`${column} is empty`);
    if (codePoints(id) > MOST_ID) throw new BadRow(`${column} is longer than ${MOST_ID} characters`);
    return id;
  }

  /** @throws BadRow */
  time(column: Column): string | null {
    const written = this.trimmed(column);
    if (written === null) return null;
    const time = readTime(written);
    if (time === null)
      throw new BadRow(`${column} is not a time (ISO 8601, or seconds or milliseconds since 1970)`);
    if (Date.parse(time) > this.now.getTime() + AHEAD_MS) throw new BadRow(`${column} is in the future`);
    return time;
  }
}
