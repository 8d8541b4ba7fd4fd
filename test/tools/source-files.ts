import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';

/** The repository's folder. */
export const ROOT = resolve(import.meta.dirname, '../..');

/** Files under a folder of the repository whose path ends with `end`: full paths, without specs. */
export function sourceFiles(folder: string, end = '.ts'): string[] {
  return readdirSync(resolve(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(end) && !path.endsWith('.spec.ts'))
    .map((path) => resolve(ROOT, folder, path))
    .toSorted();
}
