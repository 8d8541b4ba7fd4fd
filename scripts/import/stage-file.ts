import { once } from 'node:events';
import { basename } from 'node:path';
import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { FileKind } from './arguments.js';
import { readHeader, type Header } from './columns.js';
import { copyLine } from './copy-text.js';
import { csvRows } from './csv-rows.js';
import { BadFile, BadRow } from './faults.js';
import type { Noted } from './notes.js';
import { Row } from './row.js';
import { copyInto, stagedColumns, type RejectedRow, type StagedRow } from './staging.statements.js';

/** Characters passed to COPY at a time: longer strings are freed only by a full garbage collection. */
const PIECE = 16 * 1024;

/** Callbacks of reading a file. */
export interface Staging<K extends FileKind> {
  path: string;
  now: Date;
  read: (row: Row<string>, noted: Noted) => StagedRow<K>;
  note: (text: string) => void;
  progress: (bytes: number) => void;
}

/**
 * Reads a file into its temporary table row by row, with only a piece of it in memory. Uses COPY, which is mostly faster
 * than `insert … select from unnest(…)` and never slower.
 * @returns the number of rows
 * @throws BadFile
 */
export async function stageFile<K extends FileKind>(
  client: pg.Client,
  kind: K,
  staging: Staging<K>,
): Promise<number> {
  const columns = stagedColumns(kind);
  const copy = client.query(copyFrom(copyInto(kind)));
  const ended = finished(copy);
  // Awaited below; until then a failure must not count as unhandled.
  ended.catch(() => undefined);
  let rows = 0;
  let piece = '';
  try {
    let header: Header | null = null;
    for await (const { line, fields, bytes } of csvRows(staging.path)) {
      if (!header) {
        header = usable(kind, staging, fields);
        continue;
      }
      rows += 1;
      const staged: Record<string, string | number | null> = readRow(header, fields, line, staging);
      piece += copyLine(columns.map((column) => staged[column] ?? null));
      if (piece.length < PIECE) continue;
      if (!copy.write(piece)) await Promise.race([once(copy, 'drain'), ended]);
      piece = '';
      staging.progress(bytes);
    }
    if (!header) throw new BadFile(`${basename(staging.path)} is empty: the header is missing.`, 65);
    copy.end(piece);
    await ended;
    return rows;
  } catch (error) {
    copy.destroy(error as Error);
    throw error;
  }
}

function usable<K extends FileKind>(kind: K, { path, note }: Staging<K>, names: string[]): Header {
  const header = readHeader(kind, names);
  if (typeof header === 'string') throw new BadFile(`${basename(path)}: ${header}.`, 65);
  if (header.unused.length > 0) note(`columns left out: ${header.unused.length}`);
  return header;
}

function readRow<K extends FileKind>(
  header: Header,
  fields: string[],
  line: number,
  { now, read, note }: Staging<K>,
): StagedRow<K> | RejectedRow {
  try {
    return read(new Row(header, fields, now), { line, now, note });
  } catch (error) {
    if (!(error instanceof BadRow)) throw error;
    return { line, rejected: error.message };
  }
}
