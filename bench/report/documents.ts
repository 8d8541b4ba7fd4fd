import type { DocumentFigures } from '../documents/documents.js';
import { TARGETS } from './results.js';
import { table, verdict } from './table.js';

/** Time that Swagger UI's main thread takes to open "send", by rendering of the document. */
export function documentsTable(documents: DocumentFigures[]): string {
  const [whole, rendering] = documents;
  const share = rendering!.milliseconds / whole!.milliseconds;
  return table(
    ['opening "send" in Swagger UI', 'main thread ms', 'of 3.1', 'target'],
    [
      ['OpenAPI 3.1', whole!.milliseconds.toFixed(0), '1', ''],
      [
        'its 3.0.3 rendering',
        rendering!.milliseconds.toFixed(0),
        verdict(share, (found) => found <= TARGETS.rendering),
        `≤ ${TARGETS.rendering}`,
      ],
    ],
  );
}
