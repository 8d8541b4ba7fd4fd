import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { ExportSection } from '../../users/export/export-sections.js';

/** Rows are sent together until they are so long: a piece a row would be a system call a row. */
const CHUNK_LENGTH = 64 * 1024;

/**
 * The export as one JSON object, a list a section, written while it is read: a long history needs no more memory than a
 * short one, and nothing is read faster than it is taken. What fails on the way cuts the answer, so that half an export
 * is no JSON.
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
