import type { StreamableFile } from '@nestjs/common';
import { download } from '../../platform/http/responses/download.js';
import type { ExportSection } from '../../users/export/export-sections.js';

/** Streams the export as one JSON object with a list per section. */
export const exportFile = (userId: string, sections: ExportSection[], now: Date): StreamableFile =>
  download(
    parts(userId, sections, now),
    'application/json; charset=utf-8',
    `attachment; filename="export-${now.toISOString().slice(0, 10)}.json"`,
  );

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
