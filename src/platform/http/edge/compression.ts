import { constants } from 'node:zlib';
import type { FastifyCompressOptions } from '@fastify/compress';

/**
 * Compresses texts of several kilobytes. Below the threshold a body fits into few packets anyway, and compressing costs
 * more time than sending. Event streams are never compressed, because a compressor would delay tokens.
 */
export const compressOptions: FastifyCompressOptions = {
  globalCompression: true,
  // Compressed request bodies are refused (415), because a small one can unpack into a large one.
  globalDecompression: false,
  threshold: 8 * 1024,
  customTypes:
    /^(?:application\/(?:json|problem\+json|javascript|yaml)|text\/(?:html|css|javascript|yaml)|image\/svg\+xml)\b/,
  encodings: ['br', 'gzip'],
  brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
};
