import { spawnSync } from 'node:child_process';

/**
 * Pythons in the order of preference. Packages of Debian belong to its own Python, which a newer one may precede in the
 * PATH.
 */
const PYTHONS = ['python3', '/usr/bin/python3'];

/** Modules of the naive backend, and the packages of Debian that hold them. */
const PACKAGES = {
  fastapi: 'python3-fastapi',
  uvicorn: 'python3-uvicorn',
  uvloop: 'python3-uvloop',
  httptools: 'python3-httptools',
  celery: 'python3-celery',
  sqlalchemy: 'python3-sqlalchemy',
  psycopg2: 'python3-psycopg2',
  jwt: 'python3-jwt',
  redis: 'python3-redis',
  requests: 'python3-requests',
};
/** What installs them. */
export const NAIVE_PACKAGES = `\`apt-get install ${Object.values(PACKAGES).join(' ')}\``;

const PRINT_MISSING = `
import importlib.util, sys
print(" ".join(name for name in sys.argv[1:] if importlib.util.find_spec(name) is None))`;

/** A Python that has every module, or what the machine lacks. */
export type FoundPython = { python: string } | { missing: string[] };

/** Looks for a Python with the modules of the naive backend. */
export function findPython(): FoundPython {
  let missing = ['python3', ...Object.values(PACKAGES)];
  for (const python of PYTHONS) {
    const lacks = lackedBy(python);
    if (lacks.length === 0) return { python };
    if (lacks.length < missing.length) missing = lacks;
  }
  return { missing };
}

function lackedBy(python: string): string[] {
  const { status, stdout } = spawnSync(python, ['-c', PRINT_MISSING, ...Object.keys(PACKAGES)], {
    encoding: 'utf8',
  });
  if (status !== 0) return ['python3', ...Object.values(PACKAGES)];
  const names = stdout.trim().split(' ');
  return Object.entries(PACKAGES).flatMap(([name, packageName]) =>
    names.includes(name) ? [packageName] : [],
  );
}

/** The line that the benchmark prints instead of measuring. */
export const skipped = (missing: string[]): string =>
  `*** SKIPPED: naive, because ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} not installed (apt-get install ${missing.join(' ')}) ***`;
