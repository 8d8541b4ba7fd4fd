import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';

/** Texts are sent in chunks of this length: one chunk per row would be one system call per row. */
const CHUNK_LENGTH = 64 * 1024;
/** Code points of a file name, without date and ending: below the 255 bytes of every file system, in every script. */
const MAX_NAME = 60;

/**
 * Streams a file. A long one needs no more memory than a short one, and `texts` is read no faster than the client takes it. A
 * failure cuts the answer off, so that half a file is not taken for a whole one.
 */
export const download = (texts: AsyncIterable<string>, type: string, disposition: string): StreamableFile =>
  new StreamableFile(Readable.from(inChunks(texts), { objectMode: false }), { type, disposition });

/**
 * The Content-Disposition of a file with a name that a person wrote (RFC 6266): the name in ASCII for old clients, and in
 * UTF-8. Separators of paths, reserved characters and control characters become hyphens, so the name names no folder and
 * ends no header.
 */
export function attachment(name: string, ending: string): string {
  const safe = [...name.normalize('NFC').replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-')]
    .slice(0, MAX_NAME)
    .join('');
  const base = safe.replace(/^-/, '').replace(/-$/, '') || 'file';
  const ascii = base
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9-]/g, '')
    .replaceAll(/-{2,}/g, '-')
    .replace(/^-/, '');
  const encoded = encodeURIComponent(`${base}${ending}`);
  return `attachment; filename="${ascii || 'file'}${ending}"; filename*=UTF-8''${encoded}`;
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
