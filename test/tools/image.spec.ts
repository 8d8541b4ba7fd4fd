import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { readDockerfile } from '../../scripts/image/dockerfile.js';
import { ROOT, sourceFiles } from './source-files.js';

interface Installed {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** Written in JavaScript, because the Dockerfile runs it in a folder without the repository's tools. */
interface KeepLoaded {
  findLoaded: (installed: Record<string, Installed>, loaded: Loaded) => Set<string>;
}

/** The contents of dist/bundle/packages.json. */
interface Loaded {
  imported: string[];
  readByPath: string[];
}

const KEEP_LOADED = '../../scripts/keep-loaded.js';
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const sources = ['src', 'migrations'].flatMap((folder) => sourceFiles(folder));
/** Matches of a pattern in the sources, with the file's path. */
const matches = (pattern: RegExp) =>
  sources.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, found = '']) => ({
      file: relative(ROOT, file),
      found,
    })),
  );

describe('the packages that the image keeps', () => {
  const absent = { x: '1.0.0' };
  const installed: Record<string, Installed> = {
    'node_modules/a': {
      dependencies: { b: '2.0.0' },
      optionalDependencies: { native: '1.0.0', other: '1.0.0' },
    },
    'node_modules/a/node_modules/b': { dependencies: { c: '1.0.0' } },
    'node_modules/b': { dependencies: absent },
    'node_modules/c': { peerDependencies: { driver: '1.0.0', absent: '1.0.0' } },
    'node_modules/driver': {},
    'node_modules/native': {},
    'node_modules/tool': {},
    'node_modules/broken': { dependencies: absent },
  };

  it('are the imported ones with what they need, as Node finds it, and those read by path without', async () => {
    const { findLoaded } = (await import(KEEP_LOADED)) as KeepLoaded;
    expect([...findLoaded(installed, { imported: ['a'], readByPath: ['b'] })].sort()).toEqual([
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/b',
      'node_modules/c',
      'node_modules/driver',
      'node_modules/native',
    ]);
  });

  it('are not kept when a needed one is not installed', async () => {
    const { findLoaded } = (await import(KEEP_LOADED)) as KeepLoaded;
    const keep = (name: string) => findLoaded(installed, { imported: [name], readByPath: [] });
    expect(() => keep('broken')).toThrow('node_modules/broken loads the package x');
    expect(() => keep('absent')).toThrow('the bundle loads the package absent');
  });

  it('include each package that a source finds by path', () => {
    const { imported, readByPath } = JSON.parse(read('dist/bundle/packages.json')) as Loaded;
    const kept = [...imported, ...readByPath];
    const { devDependencies } = JSON.parse(read('package.json')) as {
      devDependencies: Record<string, string>;
    };
    const found = matches(
      /(?:import\.meta|\brequire|createRequire\(import\.meta\.url\))\s*\.resolve\(\s*'((?:@[^/']+\/)?[^/']+)/g,
    );
    expect(found.length).toBeGreaterThan(2);
    expect(found.filter(({ found: name }) => !kept.includes(name) && !(name in devDependencies))).toEqual([]);
  });
});

it('the image contains each file that a source reads by path', () => {
  const copied = readDockerfile(read('Dockerfile'))
    .at(-1)!
    .instructions.filter(({ name }) => name === 'COPY')
    .map(({ rest }) => rest.split(/\s+/)[1]!.replace('/app/', ''));
  const isCopied = (path: string) => copied.some((folder) => `${path}/`.startsWith(`${folder}/`));
  const found = matches(/new URL\(\s*['"`]([^'"`$]*)(?:\$\{[^}]*\}[^'"`]*)?['"`],\s*import\.meta\.url/g).map(
    ({ file, found: path }) => ({ file, path: join('dist', dirname(file), path).replace(/\/$/, '') }),
  );
  expect(found.length).toBeGreaterThan(4);
  expect(found.filter(({ path }) => !isCopied(path))).toEqual([]);
});
