import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Builds the panel and its entrance into dist/app and dist/entrance. Does nothing when no input has changed since. */
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
/** Written last: a build without it was not finished. */
const STAMP = path('./dist/.stamp');
const FOLDERS = ['./src', './entrance', '../ui', '../../packages/client/src'];
const FILES = [
  './index.html',
  './vite.config.ts',
  './build.js',
  './package.json',
  '../../node_modules/.package-lock.json',
];

function isFresh() {
  if (!existsSync(STAMP)) return false;
  const madeMs = statSync(STAMP).ctimeMs;
  const sources = FOLDERS.flatMap((folder) =>
    readdirSync(path(folder), { recursive: true }).map((file) => join(path(folder), file)),
  );
  return [...FILES.map(path), ...sources].every(
    (file) => !existsSync(file) || statSync(file).ctimeMs < madeMs,
  );
}

if (!isFresh()) {
  const { build } = await import('vite');
  const configFile = path('./vite.config.ts');
  const pages = [
    { root: path('.'), base: '/admin/', outDir: path('./dist/app') },
    { root: path('./entrance'), base: '/operators/', outDir: path('./dist/entrance') },
  ];
  for (const { root, base, outDir } of pages)
    await build({ configFile, root, base, build: { outDir }, logLevel: 'warn' });
  writeFileSync(STAMP, '');
}
