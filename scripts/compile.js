import { existsSync, readdirSync, statSync } from 'node:fs';
import { copyFile, mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';

/**
 * Compiles folders into dist/ as .swcrc says, file by file: `node scripts/compile.js src migrations`. In a workspace,
 * with `--flat`, src/a.ts becomes dist/a.js. Replaces @swc/cli and its 131 packages. Unchanged files are not compiled
 * again. SQL files are copied.
 */
const OUT = 'dist';
const SWCRC = fileURLToPath(new URL('../.swcrc', import.meta.url));
const flat = process.argv.includes('--flat');
const folders = process.argv.slice(2).filter((word) => word !== '--flat');
/** Outputs are also stale if the compiler or its settings are newer. */
const settingsMs = Math.max(statSync(SWCRC).mtimeMs, statSync(fileURLToPath(import.meta.url)).mtimeMs);

const sources = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .map((path) => join(folder, path))
    .filter((path) => /\.(?:ts|js|sql)$/.test(path) && !/\.spec\.ts$|\.d\.ts$|node_modules/.test(path)),
);

async function compile(source) {
  const path = flat ? source.split(/[\\/]/).slice(1).join('/') : source;
  const target = join(OUT, path.replace(/\.ts$/, '.js'));
  const { mtime, mtimeMs } = statSync(source);
  if (existsSync(target)) {
    const made = statSync(target);
    // The output gets the time of its source, so that a file that is reset to an older version is compiled again.
    if (Math.abs(made.mtimeMs - mtimeMs) < 1 && made.ctimeMs > settingsMs) return;
  }
  if (source.endsWith('.sql')) {
    await mkdir(dirname(target), { recursive: true });
    await copyFile(source, target);
    await utimes(target, mtime, mtime);
    return;
  }
  const { code, map } = await transformFile(resolve(source), {
    configFile: SWCRC,
    swcrc: false,
    sourceFileName: relative(dirname(target), source).replaceAll('\\', '/'),
  });
  await mkdir(dirname(target), { recursive: true });
  await writeFile(`${target}.map`, map);
  await writeFile(target, `${code}\n//# sourceMappingURL=${target.split(/[\\/]/).at(-1)}.map`);
  await utimes(target, mtime, mtime);
}

const failed = (await Promise.allSettled(sources.map(compile))).filter(({ status }) => status === 'rejected');
for (const { reason } of failed) process.stderr.write(`${reason}\n`);
if (failed.length > 0) process.exit(1);
