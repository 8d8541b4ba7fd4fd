import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));

/** Folder of the bundled programs, laid out as `dist`. */
const OUT = 'dist/bundle';
/** Written last: a bundle without it is incomplete. */
const STAMP = `${OUT}/.stamp`;
/** Names of the packages that the programs import and read from node_modules, for `scripts/keep-loaded.js`. */
const LOADED = `${OUT}/packages.json`;

const PROGRAMS = [
  'src/main',
  'src/worker',
  'scripts/admin',
  'scripts/billing',
  'scripts/doctor',
  'scripts/import',
  'scripts/migrate',
];

/** Folders of compiled files that the programs consist of. */
const INPUTS = [
  'dist/src',
  'dist/migrations',
  'dist/scripts',
  'node_modules/@chat-backend/gemini-sandbox/dist',
  'node_modules/@chat-backend/stripe-sandbox/dist',
];

/**
 * Packages that stay in node_modules: those with native code, workers or SQL files, and those that Nest or BullMQ also
 * load by `require` and that must exist once.
 */
const EXTERNAL = [
  'bullmq',
  'ioredis',
  'pino',
  '@node-rs/argon2',
  'typeorm',
  'class-validator',
  'class-transformer',
  'libphonenumber-js',
  'reflect-metadata',
];

/** Packages whose files the documentation pages serve. The programs find them by `resolve`, which esbuild does not see. */
const READ_BY_PATH = ['@scalar/fastify-api-reference', 'swagger-ui-dist'];

/**
 * Packages of EXTERNAL in CommonJS. The bundle loads them by `require`, when something uses them: for an `import` Node first
 * searches each of their files for exports, a tenth of a start, also in commands that use none of them.
 */
const BY_REQUIRE = /^(?:bullmq|class-transformer|class-validator|ioredis|pino|typeorm)$/;

const byRequire = {
  name: 'by-require',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: BY_REQUIRE }, ({ path, kind }) =>
      kind === 'import-statement'
        ? { path, namespace: 'by-require', sideEffects: false }
        : { path, external: true },
    );
    onLoad({ filter: /./, namespace: 'by-require' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)})`,
    }));
  },
};

/** A line of the bundle is broken after this length: a stack trace names it where Node does not read source maps. */
const LINE_LENGTH = 120;

/**
 * Optional packages of Nest (`@nestjs/microservices`): one that is not installed stays an external name, and is added to
 * `missing`.
 */
const optionalPackages = (missing) => ({
  name: 'optional-packages',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...where }) => {
      if (pluginData === 'asked') return undefined;
      const found = await resolve(path, { ...where, pluginData: 'asked' });
      if (found.errors.length === 0) return found;
      missing.add(path);
      return { path, external: true };
    });
  },
});

/** A source map with one mapping, so that esbuild uses it and generates none. */
const NO_MAP = Buffer.from('{"version":3,"sources":[""],"mappings":"AAAA"}').toString('base64');

/**
 * `import.meta` of our files keeps the path of the compiled file, because they read neighbouring files (pages, SQL
 * functions). Files of dependencies get no mappings: those are nine tenths of a source map, which Node parses at each
 * start.
 */
const sources = {
  name: 'sources',
  setup({ onLoad }) {
    onLoad({ filter: /\.[cm]?js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (/[\\/]node_modules[\\/]/.test(path))
        return {
          contents: `${text}\n//# sourceMappingURL=data:application/json;base64,${NO_MAP}`,
          loader: 'js',
        };
      const here = JSON.stringify(pathToFileURL(path).href);
      return { contents: text.replaceAll('import.meta.url', here), loader: 'js' };
    });
  },
};

/** The beginning of the helper of `keepNames` as esbuild writes it, and its calls in a class. */
const NAME_HELPER = 'var __name=(target,value)=>';
const NAME_OF_CLASS = /__name\((\s*)this,/g;
/** @nestjs/swagger takes a function of this name for one that returns a type. */
const NAME_OF_LAZY_TYPE = 'type';

/**
 * Leaves names to classes and lazy types. Nest, TypeORM and the OpenAPI document use them, and esbuild renames a class where two
 * modules declare the same one. `keepNames` restores the names of all functions, each time one is made: that was a
 * third of the processor time of a cached list (`npm run bench -- --only=list`). A call in a class becomes one of
 * BANNER's `__Name`, which is as long: source maps stay right. Can go when esbuild leaves unchanged names alone
 * (https://github.com/evanw/esbuild/issues/2605).
 * @throws Error when esbuild writes the helper in another way
 */
function keepUsedNames(text) {
  const kept = text
    .replace(NAME_HELPER, `${NAME_HELPER}value!=="${NAME_OF_LAZY_TYPE}"?target:`)
    .replaceAll(NAME_OF_CLASS, '__Name($1this,');
  if (/__name\s*\(\s*this\b/.test(kept))
    throw new Error('scripts/bundle.js: esbuild names a class in another way');
  return kept;
}

/** First line of each file of the bundle. */
const BANNER = [
  "import{createRequire as createBundleRequire}from'node:module';",
  'const require=createBundleRequire(import.meta.url);',
  'const __Name=(target,value)=>Object.defineProperty(target,"name",{value,configurable:true});',
].join('');

/**
 * Escapes every character that is not ASCII. V8 keeps a source text in memory, with two bytes for each character if one does not
 * fit into a single byte: 5 MB a process. esbuild escapes them in strings, and leaves them in regular expressions and in
 * templates with a tag. Source maps keep the lines; columns after an escape move.
 * @throws Error where the escape means something else: after a backslash, and in `String.raw`
 */
function inAscii(text) {
  const other = /\\[^\0-\x7f]|\braw`[^`]*[^\0-\x7f]/.exec(text);
  if (other) throw new Error(`scripts/bundle.js: cannot escape ${JSON.stringify(other[0].slice(-40))}`);
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Names of the packages that the bundle imports and does not contain, without Node's own modules and without optional
 * packages that are not installed.
 */
function loadedPackages({ outputs }, missing) {
  const imported = Object.values(outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ path, external }) => external && !isBuiltin(path) && !missing.has(path))
    .map(({ path }) => /^(?:@[^/]+\/)?[^/]+/.exec(path)[0]);
  return { imported: [...new Set(imported)].sort(), readByPath: READ_BY_PATH };
}

/**
 * Bundles the compiled programs into dist/bundle. A process that loads thirty files starts in half the processor time of
 * one that loads three thousand (`npm run bench:start`). Modules loaded by `import()` stay files of their own. Does
 * nothing if no input has changed.
 */
export async function bundlePrograms() {
  if (isFresh()) return;
  const { build } = await import('esbuild');
  await rm(path(OUT), { recursive: true, force: true });
  const missing = new Set();
  const { outputFiles, metafile } = await build({
    write: false,
    metafile: true,
    entryPoints: PROGRAMS.map((program) => path(`dist/${program}.js`)),
    outbase: path('dist'),
    outdir: path(OUT),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    keepNames: true,
    // Without comments and indentation a process holds 5 MB less of source text. Names and lines stay, for stack traces.
    minifyWhitespace: true,
    lineLimit: LINE_LENGTH,
    legalComments: 'none',
    sourcemap: true,
    sourcesContent: false,
    banner: { js: BANNER },
    external: EXTERNAL,
    plugins: [byRequire, optionalPackages(missing), sources],
    logLevel: 'error',
  });
  if (!outputFiles.some(({ text }) => text.includes(NAME_HELPER)))
    throw new Error('scripts/bundle.js: esbuild writes the helper of keepNames in another way');
  for (const { path: file, contents, text } of outputFiles) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, file.endsWith('.js') ? inAscii(keepUsedNames(text)) : contents);
  }
  writeFileSync(path(LOADED), `${JSON.stringify(loadedPackages(metafile, missing), null, 2)}\n`);
  writeFileSync(path(STAMP), '');
}

/** True if the bundle is newer than each compiled file, this script and the installed packages. */
function isFresh() {
  if (!existsSync(path(STAMP))) return false;
  const madeMs = statSync(path(STAMP)).ctimeMs;
  const isOlder = (file) => !existsSync(file) || statSync(file).ctimeMs < madeMs;
  const compiled = INPUTS.flatMap((folder) =>
    readdirSync(path(folder), { recursive: true }).map((file) => join(path(folder), file)),
  );
  return [fileURLToPath(import.meta.url), path('node_modules/.package-lock.json'), ...compiled].every(
    isOlder,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundlePrograms();
