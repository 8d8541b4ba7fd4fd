import type { ImportFigures } from '../import/figures.js';
import { table } from './table.js';

/** Costs of an import. */
export const importTable = (imports: ImportFigures[]): string =>
  table(
    ['import', 's', 'rows/s', 'memory at most, MB', 'again, s'],
    imports.map(({ messages, seconds, rowsPerSecond, megabytes, againSeconds }) => [
      `${messages.toLocaleString('en')} messages`,
      seconds.toFixed(1),
      rowsPerSecond.toLocaleString('en'),
      String(megabytes),
      againSeconds.toFixed(1),
    ]),
  );
