import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Another running process holds this DATA_DIR. */
export class DataDirInUse extends Error {
  constructor(dataDir: string, pid: number) {
    super(`${dataDir} is in use by process ${pid}. Stop it, or set another DATA_DIR (and PORT).`);
    this.name = 'DataDirInUse';
  }
}

/**
 * Makes this process the owner of `dataDir`: two processes on one cluster would corrupt each other's plans, and the
 * second may not stop the database of the first. An owner that no longer runs is replaced.
 * @returns a function that gives the folder up
 * @throws DataDirInUse
 */
export async function ownDataDir(dataDir: string): Promise<() => Promise<void>> {
  const path = join(dataDir, 'owner.pid');
  await mkdir(dataDir, { recursive: true });
  const owner = await readOwner(path);
  if (owner !== null && owner !== process.pid && (await isNode(owner)))
    throw new DataDirInUse(dataDir, owner);
  await rm(path, { force: true });
  try {
    // `wx`: of two processes that start at the same moment one fails.
    await writeFile(path, String(process.pid), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new DataDirInUse(dataDir, (await readOwner(path)) ?? 0);
  }
  return () => rm(path, { force: true });
}

async function readOwner(path: string): Promise<number | null> {
  const pid = Number(await readFile(path, 'utf8').catch(() => ''));
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}

/** After a reboot the id may belong to any program: only a living Node process can be an owner. */
async function isNode(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    const { stdout } = await promisify(execFile)('ps', ['-o', 'comm=', '-p', String(pid)]);
    return stdout.includes('node');
  } catch {
    return false;
  }
}
