import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { pageHeaders } from '../http/edge/standard-headers.js';
import { KeptBytes } from './kept-bytes.js';
import type { Resource } from './resource.js';

/** A page of this product's own, built by Vite, as it is served. */
export interface PageBuild {
  /** Its one HTML document. The routes of the page are fragments of its address. */
  page: Resource;
  /** Everything that the page loads, by path. */
  files: Record<string, Resource>;
}

const PAGE = '/index.html';

/**
 * The page runs its own scripts and calls this API. An image from another origin is refused too: a model's text could
 * name one, and the request would carry what that text contains.
 */
export const PAGE_POLICY = {
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'manifest-src': "'self'",
  'form-action': "'none'",
};

/** The build puts the hash of a file's content into its name: `index-Bx3_k9Qa.js`. */
const HASHED = /^\/assets\/.+-[\w-]{8}\.\w+$/;
/** A year, the longest time that caches are asked to keep anything (RFC 9111 §5.2.2.1, RFC 8246). */
const IMMUTABLE = { 'cache-control': 'public, max-age=31536000, immutable' };

const MEDIA_TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
};
/** Browsers run nothing of this type. */
const UNKNOWN_TYPE = 'application/octet-stream';

/**
 * Reads a build. Every file is read at start: a build that is replaced while the process runs would
 * otherwise give a page of one build and scripts of another.
 * @returns null where the page is not built
 */
export async function readBuild(folder: string): Promise<PageBuild | null> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(orNothing);
  const files = await Promise.all(
    entries
      // A name with a dot in front is a note of the build to itself.
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map(async (entry): Promise<[string, Resource]> => {
        const file = join(entry.parentPath, entry.name);
        const path = file.slice(folder.length).replaceAll('\\', '/');
        return [path, resourceOf(path, await readFile(file))];
      }),
  );
  const { [PAGE]: page, ...others } = Object.fromEntries(files);
  return page ? { page, files: others } : null;
}

function resourceOf(path: string, bytes: Buffer): Resource {
  const extension = extname(path);
  const headers = extension === '.html' ? pageHeaders(PAGE_POLICY) : HASHED.test(path) ? IMMUTABLE : {};
  return { type: MEDIA_TYPES[extension] ?? UNKNOWN_TYPE, headers, bytes: new KeptBytes(() => bytes) };
}

function orNothing(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
