import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/**
 * Bundles the package with its dependency into dist/client.min.js, for pages without a build, and prints how much a page
 * loads: `npm run --workspace packages/client bundle`. Fails above the bound.
 */
const BOUND_BYTES = 10_000;
const HERE = dirname(fileURLToPath(import.meta.url));
const ENTRIES = { client: ['index.ts'], 'client with ai-sdk': ['index.ts', 'ai-sdk.ts'] };

for (const [name, files] of Object.entries(ENTRIES)) {
  const { outputFiles } = await build({
    stdin: {
      contents: files.map((file) => `export * from './src/${file}';`).join('\n'),
      resolveDir: HERE,
    },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  const [{ contents }] = outputFiles;
  const gzipped = gzipSync(contents).length;
  process.stdout.write(`${name}: ${(gzipped / 1000).toFixed(1)} KB gzipped\n`);
  if (gzipped > BOUND_BYTES) {
    process.stderr.write(`That is above ${BOUND_BYTES / 1000} KB.\n`);
    process.exitCode = 1;
  }
  if (name === 'client') {
    mkdirSync(join(HERE, 'dist'), { recursive: true });
    writeFileSync(join(HERE, 'dist/client.min.js'), contents);
  }
}
