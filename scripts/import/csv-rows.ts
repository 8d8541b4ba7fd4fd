import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { Transform } from 'node:stream';
import { CsvError, parse, type Options } from 'csv-parse';
import { BadFile } from './faults.js';
import { Utf8Check } from './utf8-check.js';

/** A row and the line of the file on which it begins. */
export interface CsvRow {
  line: number;
  fields: string[];
  /** Bytes of the file read so far. */
  bytes: number;
}

/** Longest accepted row. Without a bound, a quote that is never closed would include the rest of the file. */
const MOST_ROW_BYTES = 8 * 1024 * 1024;

/**
 * Yields the rows of a CSV file (RFC 4180, UTF-8 with or without a BOM, any line ends). Strict: after a misplaced quote
 * the start of the next row is unknown.
 * @throws BadFile
 */
export async function* csvRows(path: string): AsyncGenerator<CsvRow> {
  const file = createReadStream(path);
  const checked = onlyUtf8(path);
  let line = 1;
  const parser = parse({
    bom: true,
    raw: true,
    relax_column_count: true,
    max_record_size: MOST_ROW_BYTES,
    // Counted while rows are parsed, because after an error the unread rows are lost.
    on_record: ({ record, raw }: { record: string[]; raw: string }) => {
      const row: CsvRow = { line, fields: record, bytes: file.bytesRead };
      line += lineBreaks(raw);
      const isEmpty = record.length === 1 && record[0] === '';
      return isEmpty ? null : row;
    },
  } as unknown as Options);
  file.on('error', (error) => parser.destroy(error));
  checked.on('error', (error) => parser.destroy(error));
  file.pipe(checked).pipe(parser);
  try {
    yield* parser as AsyncIterable<CsvRow>;
  } catch (error) {
    throw asBadFile(error, path, line);
  } finally {
    file.destroy();
  }
}

const lineBreaks = (text: string): number => {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) count += 1;
  }
  return count;
};

/** Passes bytes through and fails at the first that is not UTF-8: decoding would replace it silently. */
function onlyUtf8(path: string): Transform {
  const check = new Utf8Check();
  const isNot = () => new BadFile(`${basename(path)} is not UTF-8.`, 65);
  return new Transform({
    transform: (piece: Buffer, _, done) => (check.take(piece) ? done(null, piece) : done(isNot())),
    flush: (done) => done(check.isWhole ? null : isNot()),
  });
}

function asBadFile(error: unknown, path: string, line: number): unknown {
  const name = basename(path);
  if (error instanceof CsvError) {
    const hint =
      error.code === 'CSV_MAX_RECORD_SIZE' || error.code === 'CSV_QUOTE_NOT_CLOSED'
        ? 'a quote that is not closed'
        : 'a misplaced quote: put a field that contains quotes in quotes, and double them';
    return new BadFile(`${name}, the row that begins on line ${line}: ${hint}.`, 65);
  }
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR')
    return new BadFile(`${name} cannot be read (${code}).`, 66);
  return error;
}
