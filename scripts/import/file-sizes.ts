import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { FILE_KINDS, type FileKind } from './arguments.js';
import { BadFile } from './faults.js';

/**
 * Bytes of each file.
 * @throws BadFile for a missing file
 */
export async function fileSizes(files: Record<FileKind, string>): Promise<Record<FileKind, number>> {
  const sizes: Record<FileKind, number> = { users: 0, rooms: 0, messages: 0 };
  for (const kind of FILE_KINDS) {
    const found = await stat(files[kind]).catch((error: NodeJS.ErrnoException) => {
      throw new BadFile(`${basename(files[kind])} cannot be read (${error.code}).`, 66);
    });
    if (!found.isFile()) throw new BadFile(`${basename(files[kind])} is not a file.`, 66);
    sizes[kind] = found.size;
  }
  return sizes;
}
