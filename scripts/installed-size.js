import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Reports the size of the installed packages on disk, in MB, and fails above the bound: `npm run size:check`. A
 * production install (`--omit=dev`) lacks the packages that the lock file marks as `dev`; the image has a sixth of it, which
 * `npm run image:check` measures. Native code of other platforms differs by a few MB. ADR 0049 says what is large, and why it stays.
 */
const BOUNDS = { development: 523, production: 265 };
const LISTED = 12;

/** Bytes on disk of one package, without nested packages. */
function sizeOf(folder) {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += sizeOf(path);
    // Counts blocks, as `du` does, because most files are smaller than one.
    else if (entry.isFile()) bytes += lstatSync(path).blocks * 512;
  }
  return bytes;
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const installed = Object.entries(packages)
  .filter(([path, { link }]) => path.startsWith('node_modules/') && !link && existsSync(path))
  .map(([path, { dev, devOptional }]) => ({
    name: path.slice('node_modules/'.length),
    isDev: Boolean(dev ?? devOptional),
    megabytes: sizeOf(path) / 1e6,
  }))
  .sort((one, other) => other.megabytes - one.megabytes);
const sum = (some) => Math.round(some.reduce((total, { megabytes }) => total + megabytes, 0));
const totals = { development: sum(installed), production: sum(installed.filter(({ isDev }) => !isDev)) };

const lines = [
  `installed: ${totals.development} MB, of which without development ${totals.production} MB; ${installed.length} packages`,
  ...installed
    .slice(0, LISTED)
    .map(
      ({ name, isDev, megabytes }) =>
        `${megabytes.toFixed(1).padStart(7)} MB ${isDev ? 'dev ' : '    '} ${name}`,
    ),
];
process.stdout.write(`${lines.join('\n')}\n`);
for (const [kind, bound] of Object.entries(BOUNDS)) {
  if (totals[kind] <= bound) continue;
  process.stderr.write(
    `A ${kind} install has ${totals[kind]} MB, above the bound of ${bound} MB. Remove what has grown, or raise BOUNDS with a reason.\n`,
  );
  process.exitCode = 1;
}
