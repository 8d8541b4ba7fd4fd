import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { ExportSection } from '../../users/export/export-sections.js';

/** Rows are sent in chunks of this length: one chunk per row would be one system call per row. */
const CHUNK_LENGTH = 64 * 1024;

/**
 * Streams the export as one JSON object with a list per section. A long history needs no more memory than a short one, and
 * rows are read no faster than the client takes them. A failure cuts the answer off, so that half an export is not valid JSON.
 */
export const exportFile = (userId: string, sections: ExportSection[], now: Date): StreamableFile =>
  new StreamableFile(Readable.from(inChunks(parts(userId, sections, now)), { objectMode: false }), {
    type: 'application/json; charset=utf-8',
    disposition: `attachment; filename="export-${now.toISOString().slice(0, 10)}.json"`,
  });

async function* parts(userId: string, sections: ExportSection[], now: Date): AsyncIterable<string> {
  yield `{"exported_at":${JSON.stringify(now)}`;
  for (const section of sections) {
    yield `,\n${JSON.stringify(section.name)}:[`;
    let separator = '\n';
    for await (const row of section.rows(userId)) {
      yield separator + JSON.stringify(row);
      separator = ',\n';
    }
    yield ']';
  }
  yield '}\n';
}

async function* inChunks(texts: AsyncIterable<string>): AsyncIterable<string> {
  let chunk = '';
  for await (const text of texts) {
    chunk += text;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}
