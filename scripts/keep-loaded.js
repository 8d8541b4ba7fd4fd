import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Deletes from node_modules what the bundled programs do not load (`node scripts/keep-loaded.js`), for a production
 * deployment after `npm run build`. Most dependencies of package.json are inside the bundle (ADR 0049). Kept are the packages
 * of dist/bundle/packages.json: of those that are imported, at any depth, also their dependencies and the installed ones of
 * their optional and peer dependencies. `npm ci` restores the rest.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** npm's record of what it installed: the path of each package with the fields of its package.json. */
const RECORD = 'node_modules/.package-lock.json';
/** Programs read neither: declarations of TypeScript, and source maps of packages (`src/preload.ts`). */
const NOT_READ = /\.d\.[cm]?ts$|\.map$/;

/**
 * Finds the packages that a program needs.
 * @param installed packages by path (`node_modules/a/node_modules/b`), as in npm's record
 * @param imported names of packages that the program imports
 * @param readByPath names of packages of which it reads files only
 * @returns their paths
 * @throws Error when a needed package is not installed
 */
export function findLoaded(installed, { imported, readByPath }) {
  const loaded = new Set(readByPath.map((name) => `node_modules/${name}`));
  const add = (name, { from, optional = false }) => {
    const path = resolvePackage(installed, name, from);
    if (path === undefined && !optional)
      throw new Error(`${from || 'the bundle'} loads the package ${name}, which is not installed`);
    if (path === undefined || loaded.has(path)) return;
    loaded.add(path);
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = installed[path];
    for (const each of Object.keys(dependencies)) add(each, { from: path });
    for (const each of Object.keys({ ...optionalDependencies, ...peerDependencies }))
      add(each, { from: path, optional: true });
  };
  for (const name of imported) add(name, { from: '' });
  return loaded;
}

/** Node's search: the package's own node_modules, then those of the folders above it. */
function resolvePackage(installed, name, from) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = join(folder, 'node_modules', name).replaceAll('\\', '/');
    if (path in installed) return path;
    if (folder === '') return undefined;
  }
}

function keepLoaded() {
  const read = (path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
  const installed = read(RECORD).packages;
  const loaded = findLoaded(installed, read('dist/bundle/packages.json'));
  for (const path of Object.keys(installed).filter((each) => !loaded.has(each))) {
    // Workspaces are listed by their own folder and by the link in node_modules: only the link is deleted.
    if (!path.startsWith('node_modules/')) continue;
    rmSync(join(ROOT, path), { recursive: true, force: true });
    const folder = dirname(join(ROOT, path));
    if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
  }
  for (const path of readdirSync(join(ROOT, 'node_modules'), { recursive: true }))
    if (NOT_READ.test(path)) rmSync(join(ROOT, 'node_modules', path));
  // Links to programs of deleted packages, caches of tools, and the record of an installation that is no longer complete.
  for (const name of readdirSync(join(ROOT, 'node_modules')).filter((each) => each.startsWith('.')))
    rmSync(join(ROOT, 'node_modules', name), { recursive: true, force: true });
  process.stdout.write(`kept in node_modules: ${[...loaded].join(', ')}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) keepLoaded();
